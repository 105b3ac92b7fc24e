namespace ActorPipeline.Telemetry;

/// <summary>Reads an injected time provider as a monotonic instant.</summary>
internal static class ActorClock
{
    /// <summary>The provider's monotonic time now, to the tick: <c>GetElapsedTime</c> goes through a double, and rounds where timestamps are large.</summary>
    public static TimeSpan Instant(this TimeProvider time) =>
        new((long)((Int128)time.GetTimestamp() * TimeSpan.TicksPerSecond / time.TimestampFrequency));
}
