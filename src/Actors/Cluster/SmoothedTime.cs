namespace ActorPipeline.Cluster;

/// <summary>How long something takes of late. Pure. A device that stood still, or a clock that jumped, is believed up to a bound.</summary>
/// <param name="most">No single time is believed to be longer.</param>
internal sealed class SmoothedTime(TimeSpan most)
{
    /// <summary>A time so many times the known one is believed no further.</summary>
    internal const int MostOverKnown = 10;

    private const int Weight = 8;

    /// <summary>The expectation; null where nothing is known.</summary>
    public TimeSpan? Value { get; private set; }

    /// <summary>It took so long.</summary>
    public void Learn(TimeSpan took)
    {
        if (took > most) took = most;
        if (took < TimeSpan.Zero) took = TimeSpan.Zero;
        if (Value is not { } known)
        {
            Value = took;
            return;
        }
        // What is next to nothing must not hold back what is real.
        var bound = TimeSpan.FromTicks(Math.Max(known.Ticks * MostOverKnown, TimeSpan.TicksPerMillisecond));
        Value = known + (((took < bound ? took : bound) - known) / Weight);
    }
}
