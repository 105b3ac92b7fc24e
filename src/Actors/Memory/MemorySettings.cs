namespace ActorPipeline.Memory;

/// <summary><c>actor-pipeline.memory</c>: the budget and how it is watched.</summary>
public sealed record MemorySettings
{
    /// <summary>The least that <see cref="Budget"/> may be.</summary>
    public static readonly Bytes LeastBudget = Bytes.MiB(1);

    /// <summary>The most that <see cref="Budget"/> may be: 16 TiB, so that sums of sizes never overflow.</summary>
    public static readonly Bytes MostBudget = Bytes.MiB(16 * 1024 * 1024);

    /// <value>Bytes that models, and the pipelines' own buffers, may take in this process. At least 1 MiB. Default 512 MiB.</value>
    public Bytes Budget { get; init; } = Bytes.MiB(512);

    /// <value>Bytes that models may take of a device with memory of its own; 0 for all that it has. Default 0.</value>
    public Bytes DeviceBudget { get; init; } = Bytes.Zero;

    /// <value>Memory the rest of the machine should still have free; a start with less than budget + headroom available warns. Default 64 MiB.</value>
    public Bytes Headroom { get; init; } = Bytes.MiB(64);

    /// <value>How often memory is sampled. 10 ms to 10 s. Default 100 ms.</value>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <value>How long after an unload memory may take to come back before what is missing counts as leak debt. 0 to 60 s. Default 500 ms.</value>
    public TimeSpan ReleaseBound { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <value>Difference between ledger and machine that is taken for noise. Default 16 MiB.</value>
    public Bytes DeadBand { get; init; } = Bytes.MiB(16);

    /// <value>How long the machine must have had more to give before a lowered budget rises again. 0 to 10 min. Default 5 s.</value>
    public TimeSpan RiseAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>Share of time in which all work stands still for want of memory (PSI "full avg10", per cent) from which a turn protects no model. 0 to 100; 0 for never. Default 10.</value>
    public double CriticalStall { get; init; } = 10;

    /// <value>Leak debt, as a share of the budget, from which the process asks to be started anew. 0 to 1; 0 for never. Default 0.5.</value>
    public double DebtLimit { get; init; } = 0.5;

    /// <value>How long a holder may take to yield before it is stopped. 10 ms to 1 h. Default 30 s.</value>
    public TimeSpan YieldBound { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>A request that names no deadline is served as if it were due so long after it came. 0 to 1 h. Default 10 s.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>Who yields. Default <see cref="EvictionPolicy.Cost"/>.</value>
    public EvictionPolicy Policy { get; init; } = EvictionPolicy.Cost;

    /// <value>File in which measured footprints are kept, or "auto" for one in the user's cache folder. Default "auto".</value>
    public string Footprints { get; init; } = "auto";

    /// <value>A model's turn lasts at least so many times the longest of the last swaps while others wait. 0 to 1000. Default 10.</value>
    public double QuantumSwaps { get; init; } = 10;

    /// <value>A model's turn while no swap was measured yet. 0 to 60 s. Default 500 ms.</value>
    public TimeSpan FirstQuantum { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The budget, pool by pool. The device's pool is in it where <see cref="DeviceBudget"/> says how large it is: once the devices are known
    /// (<see cref="WithDevice"/>), never with a default.
    /// </summary>
    public PoolVector Pools => PoolVector.OfHost(Budget) + PoolVector.Of(MemoryPool.Device(0), DeviceBudget);

    /// <summary>The settings on a machine whose device has so much memory of its own; zero for none, and then there is no device's pool.</summary>
    public MemorySettings WithDevice(Bytes memory) =>
        this with { DeviceBudget = DeviceBudget == Bytes.Zero ? memory : Bytes.Min(DeviceBudget, memory) };

    /// <summary>The policy that <see cref="Policy"/> names.</summary>
    public IEvictionPolicy CreatePolicy() => Policy == EvictionPolicy.Lru ? new LeastRecentlyUsed() : new CostAware();
}
