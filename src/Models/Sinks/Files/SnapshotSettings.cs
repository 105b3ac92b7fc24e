namespace ActorPipeline.Sinks.Files;

/// <summary>Which objects are kept as pictures, and how many pictures.</summary>
public sealed record SnapshotSettings
{
    /// <summary>The folder; other files in it are left alone.</summary>
    public required string Folder { get; init; }

    /// <value>What a picture shows. Default the object alone.</value>
    public SnapshotPicture Picture { get; init; } = SnapshotPicture.Crop;

    /// <value>Score of an object's best label, from 0 to 1, below which there is no picture of it. Default 0.5.</value>
    public float MinScore { get; init; } = 0.5f;

    /// <value>Without tracking, the least time between two pictures of objects with the same class and label. Default 10 s.</value>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>Pictures that stay; the oldest are deleted. 1 to 1000000. Default 1000.</value>
    public int MaxFiles { get; init; } = 1000;

    /// <value>Bytes of all pictures together; the oldest are deleted. Default 256 MiB.</value>
    public Bytes MaxSize { get; init; } = Bytes.MiB(256);
}
