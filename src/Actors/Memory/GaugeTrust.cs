using ActorPipeline.Device;

namespace ActorPipeline.Memory;

/// <summary>
/// Which readings are believed. One that cannot be, or that says nothing is left of a process that had something, never is. One that is
/// far off (less than half of the base, or further above what is charged than twice the budget) is believed only when the next one is
/// off the same way: gauges can lie for a moment, memory cannot jump so far and back. Pure.
/// </summary>
internal sealed class GaugeTrust
{
    private int _off;

    /// <summary>Whether to take a reading for true.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="floor">The base.</param>
    /// <param name="charged">All that is charged, buffers included.</param>
    /// <param name="budget">The configured budget.</param>
    public bool Believes(MemoryReading reading, Bytes floor, Bytes charged, Bytes budget)
    {
        if (!reading.Readable || (reading.Anonymous == Bytes.Zero && floor > Bytes.Zero)) return false;
        var (native, before) = (reading.NativeAnonymous, _off);
        _off = native.Count < floor.Count / 2 ? -1 : native > floor + charged + budget * 2 ? 1 : 0;
        return _off == 0 || _off == before;
    }
}
