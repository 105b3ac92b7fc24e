namespace ActorPipeline.Hosting.Pulling;

/// <summary>The other side went away, or asks to come back later: trying again may help. The message is meant for people.</summary>
internal sealed class CutOffException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long it asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
