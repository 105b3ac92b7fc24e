namespace ActorPipeline.Memory;

/// <summary><c>actor-pipeline.memory</c>: the budget and how it is watched.</summary>
public sealed record MemorySettings
{
    /// <value>Bytes that models, and the pipelines' own buffers, may take in this process. At least 1 MiB. Default 512 MiB.</value>
    public Bytes Budget { get; init; } = Bytes.MiB(512);

    /// <value>Memory the rest of the machine should still have free; a start with less than budget + headroom available warns. Default 64 MiB.</value>
    public Bytes Headroom { get; init; } = Bytes.MiB(64);

    /// <value>How often memory is sampled. 10 ms to 10 s. Default 100 ms.</value>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <value>How long after an unload memory may take to come back before what is missing counts as leak debt. 0 to 60 s. Default 500 ms.</value>
    public TimeSpan ReleaseBound { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <value>Difference between ledger and machine that is taken for noise. Default 16 MiB.</value>
    public Bytes DeadBand { get; init; } = Bytes.MiB(16);

    /// <value>A model's turn lasts at least so many times the last swap while others wait. 0 to 1000. Default 10.</value>
    public double QuantumSwaps { get; init; } = 10;

    /// <value>A model's turn while no swap was measured yet. 0 to 60 s. Default 500 ms.</value>
    public TimeSpan FirstQuantum { get; init; } = TimeSpan.FromMilliseconds(500);
}
