namespace ActorPipeline.Sources;

/// <summary>How sources are opened.</summary>
public sealed record SourceOptions
{
    /// <value>Pixels of a frame or picture at most; larger ones are refused before they are decoded. Default 3840 x 2160.</value>
    public long MaxPixels { get; init; } = 3840L * 2160;

    /// <value>How long opening a stream may take. Default 10 s.</value>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>How long a stream may be silent before it counts as lost. Default 10 s.</value>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
