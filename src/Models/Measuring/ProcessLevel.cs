using ActorPipeline.Device;

namespace ActorPipeline.Measuring;

/// <summary>What this process holds, read so that what a model takes can be told from it: anonymous memory less the .NET heap.</summary>
/// <param name="gauge">Reads this process.</param>
internal sealed class ProcessLevel(IMemoryGauge gauge)
{
    /// <summary>What the process holds once all that can go has gone.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    public Bytes Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return SettleNative();
    }

    /// <summary>What it holds once the C library's heap has given back what is free.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read.</exception>
    public Bytes SettleNative()
    {
        NativeHeap.Trim();
        var reading = gauge.Read();
        return reading.Readable ? reading.NativeAnonymous : throw new InvalidOperationException("this process's memory cannot be read here, so nothing can be measured");
    }

    /// <summary>From here on the peak counts anew.</summary>
    /// <exception cref="InvalidOperationException">The kernel cannot.</exception>
    public void BeginPhase()
    {
        if (!gauge.BeginPhase())
            throw new InvalidOperationException("the kernel does not start the high-water mark of memory anew here (/proc/self/clear_refs), so no peak can be measured");
    }

    /// <summary>How much more than a level it held at most since <see cref="BeginPhase"/>.</summary>
    public Bytes PeakOver(Bytes level) => Over(level, gauge.Read().PhaseNativePeak);

    /// <summary>How much more than a level another is.</summary>
    public static Bytes Over(Bytes level, Bytes other) => Bytes.Max(Bytes.Zero, other - level);
}
