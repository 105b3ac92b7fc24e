namespace ActorPipeline.Sinks.Files;

/// <summary>What a snapshot shows.</summary>
public enum SnapshotPicture
{
    /// <summary>The object, cut out of its frame.</summary>
    Crop,

    /// <summary>The whole frame, with the object's box and labels drawn in.</summary>
    Frame,
}
