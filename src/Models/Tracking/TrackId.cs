namespace ActorPipeline.Tracking;

/// <summary>One object over the frames it is seen in: counted from 1 in its tracker, and never given twice.</summary>
public readonly record struct TrackId(long Number)
{
    /// <summary>No track: the detection's box is none that can be followed.</summary>
    public static TrackId None => default;

    /// <summary>Whether it is a track at all.</summary>
    public bool IsSome => Number > 0;

    /// <inheritdoc/>
    public override string ToString() => $"#{Number}";
}
