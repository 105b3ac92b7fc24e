using ActorPipeline.Device;

namespace ActorPipeline.Support;

/// <summary>A gauge that shows what a spec sets, as seen from any thread.</summary>
public sealed class FakeGauge : IMemoryGauge
{
    private long _native;

    /// <summary>Native anonymous memory of the process.</summary>
    public Bytes Native
    {
        get => new(Volatile.Read(ref _native));
        set => Volatile.Write(ref _native, value.Count);
    }

    public bool BeginPhase() => false;

    public MemoryReading Read() => new(Native + Bytes.MiB(20), Bytes.MiB(5), Bytes.MiB(20), Native + Bytes.MiB(25));
}
