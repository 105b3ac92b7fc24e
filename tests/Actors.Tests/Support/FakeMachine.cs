using ActorPipeline.Device;

namespace ActorPipeline.Support;

/// <summary>A machine that has left what a spec sets, as seen from any thread; at first nobody says anything.</summary>
public sealed class FakeMachine : IMachineGauge
{
    private volatile MachineReading _reading = MachineReading.Unknown;

    /// <summary>What the host has left; null where nobody says.</summary>
    public Bytes? Available
    {
        get => _reading.Pools.Count == 0 ? null : _reading.Pools[0].Available;
        set => _reading = _reading with { Pools = value is { } bytes ? [new PoolReading(MemoryPool.Host, bytes, "a spec")] : [] };
    }

    /// <summary>Share of time in which everything stood still, in per cent; null where nobody says.</summary>
    public double? Stall
    {
        get => _reading.StallPercent;
        set => _reading = _reading with { StallPercent = value };
    }

    public MachineReading Read() => _reading;
}
