namespace ActorPipeline.Events.Outbox;

/// <summary><c>retry</c>: how somebody who is away is tried again.</summary>
public sealed record RetrySettings
{
    /// <value>Wait before the first new try; doubles with each. 10 ms to 1 h. Default 1 s.</value>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>Longest wait between two tries. At least <see cref="First"/>; up to 1 h. Default 1 min.</value>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(1);
}
