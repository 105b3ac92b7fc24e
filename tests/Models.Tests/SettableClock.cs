namespace ActorPipeline;

/// <summary>A clock that people set, forward and back, and whose monotonic time goes on by itself.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long _ticks = TimeSpan.TicksPerDay;

    public DateTimeOffset Utc { get; set; } = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Utc;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by) => (_ticks, Utc) = (_ticks + by.Ticks, Utc + by);
}
