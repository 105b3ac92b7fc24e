namespace ActorPipeline.Sinks.Files;

/// <summary>When a video goes on in a new file, and how many finished ones stay.</summary>
public sealed record SegmentSettings
{
    /// <value>How long one file is written to, by the machine's clock. Null for no bound.</value>
    public TimeSpan? Length { get; init; }

    /// <value>Bytes on the disk after which a file is finished with the frame that is being written. Null for no bound.</value>
    public Bytes? Size { get; init; }

    /// <value>Finished files that stay; the oldest are deleted. 1 to 100000. Default 10.</value>
    public int Keep { get; init; } = 10;
}
