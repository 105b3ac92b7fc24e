namespace ActorPipeline.Device;

/// <summary>Reads what the machine around this process has left. Safe from any thread.</summary>
public interface IMachineGauge
{
    /// <summary>One reading now; cheap enough for ten a second.</summary>
    MachineReading Read();
}

/// <summary>What one pool has left.</summary>
/// <param name="Pool">The physical memory.</param>
/// <param name="Available">What this process could still take without swapping or being killed for it.</param>
/// <param name="Source">Who says so, for people: "MemAvailable", "cgroup v1 memory.limit_in_bytes", "NVML".</param>
public sealed record PoolReading(MemoryPool Pool, Bytes Available, string Source);

/// <summary>The machine at one moment.</summary>
/// <param name="Pools">The tightest word on each pool; a pool that nobody speaks for is not in it.</param>
/// <param name="StallPercent">Share of the last ten seconds in which all work stood still for want of memory (PSI "full avg10"), 0 to 100; null where the kernel does not say.</param>
public sealed record MachineReading(IReadOnlyList<PoolReading> Pools, double? StallPercent)
{
    /// <summary>Nothing is known.</summary>
    public static readonly MachineReading Unknown = new([], null);
}
