namespace ActorPipeline.Events.Outbox;

/// <summary>Which events a sink sends, and how they wait where the other side is away.</summary>
public sealed record OutboxSettings
{
    /// <summary>Outcomes of frames whose events are sent; empty means all.</summary>
    public IReadOnlyList<string> Outcomes { get; init; } = [];

    /// <summary>The folder that keeps events that could not be delivered yet; empty for memory.</summary>
    public string Store { get; init; } = "";

    /// <value>Bytes that may wait; then the oldest are dropped, and counted. 64 KiB to 16 GiB. Default 16 MiB.</value>
    public Bytes Limit { get; init; } = Bytes.MiB(16);

    /// <summary>How the other side is tried again.</summary>
    public RetrySettings Retry { get; init; } = new();
}
