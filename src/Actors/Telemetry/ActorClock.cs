namespace ActorPipeline.Telemetry;

/// <summary>Reads an injected time provider as a monotonic instant.</summary>
internal static class ActorClock
{
    /// <summary>The provider's monotonic time now.</summary>
    public static TimeSpan Instant(this TimeProvider time) => time.GetElapsedTime(0);
}
