namespace ActorPipeline.Sinks.Files;

/// <summary>When a file of lines gives way to a new one, and how many older ones stay.</summary>
public sealed record RotateSettings
{
    /// <value>Bytes that a file has at most, but for a single result that is larger. Null for no bound.</value>
    public Bytes? Size { get; init; }

    /// <value>How old a file becomes before the next result begins a new one; each run begins one too. Null for no bound.</value>
    public TimeSpan? Every { get; init; }

    /// <value>Older files that stay; the oldest are deleted. 1 to 100000. Default 10.</value>
    public int Keep { get; init; } = 10;
}
