using ActorPipeline.Device;
using ActorPipeline.Inference;

namespace ActorPipeline.Serving;

/// <summary>
/// Reads what one session takes of the process, on the load thread: there alone loads and unloads happen, so that each phase has the
/// kernel's high-water mark to itself. What other models' lanes take meanwhile it cannot tell apart; the ledger knows whether there were any.
/// </summary>
internal sealed class SessionMeter(IMemoryGauge gauge)
{
    private Bytes? _before;

    /// <summary>A load begins.</summary>
    public void BeginLoad()
    {
        var reading = gauge.Read();
        _before = reading.Readable && gauge.BeginPhase() ? reading.NativeAnonymous : null;
    }

    /// <summary>The load is over, and runs may begin.</summary>
    public LoadMeasurement? EndLoad()
    {
        if (_before is not { } before) return null;
        var reading = gauge.Read();
        if (!reading.Readable || !gauge.BeginPhase()) return null;
        return new LoadMeasurement(Over(reading.PhaseNativePeak, before), Over(reading.NativeAnonymous, before));
    }

    /// <summary>Most that was taken while it could run; before it is disposed.</summary>
    public Bytes? RunPeak() => _before is { } before && gauge.Read() is { Readable: true } reading ? Over(reading.PhaseNativePeak, before) : null;

    /// <summary>It is disposed, and the heap trimmed.</summary>
    /// <param name="runPeak">What <see cref="RunPeak"/> said.</param>
    public TurnMeasurement? EndUnload(Bytes? runPeak)
    {
        if (_before is not { } before || runPeak is not { } peak) return null;
        var reading = gauge.Read();
        return reading.Readable ? new TurnMeasurement(peak, Over(reading.NativeAnonymous, before)) : null;
    }

    private static Bytes Over(Bytes now, Bytes before) => Bytes.Max(Bytes.Zero, now - before);
}
