namespace ActorPipeline.Events.Outbox;

/// <summary>The other side is away, or takes nothing now; to be tried again. The message is for people and names it.</summary>
internal sealed class CourierException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the other side asks not to be asked; null where it says nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
