namespace ActorPipeline.Bench;

/// <summary>What a run needs of its budget, as a run with plenty of it tells: buffers and fixed cost as charged, models as declared.</summary>
/// <param name="Pools">Frame and crop buffers.</param>
/// <param name="Fixed">What libraries and compiled code cost the process.</param>
/// <param name="Leases">What each model needs to be loaded and run on all lanes.</param>
internal sealed record RunNeeds(Bytes Pools, Bytes Fixed, IReadOnlyList<Bytes> Leases)
{
    // Fixed cost is measured anew in each run, and differs by so much.
    private static readonly Bytes Margin = Bytes.MiB(3);

    /// <summary>The least budget that works: one model at a time, whichever it is.</summary>
    public Bytes ForOne => Pools + Fixed + Margin + Leases.Max();

    /// <summary>A budget in which all models stay.</summary>
    public Bytes ForAll => Pools + Fixed + Margin + new Bytes(Leases.Sum(lease => lease.Count));

    /// <summary>Runs some frames with plenty of memory, twice, because the first run of a process compiles and prepares; the larger figures count.</summary>
    /// <param name="run">The run to be.</param>
    public static async Task<RunNeeds> MeasureAsync(StreetRun run)
    {
        var some = run with { Frames = 40, Budget = Bytes.MiB(512) };
        var results = new[] { await some.RunAsync(), await some.RunAsync() };
        var lanes = run.Lanes > 0 ? run.Lanes : Environment.ProcessorCount;
        return new RunNeeds(Largest("poolBytes"), Largest("fixedBytes"), [.. run.Models.Select(m => m.Footprint!.LoadLease(lanes).Total)]);

        Bytes Largest(string key) => new((long)results.Max(r => r.Memory(key)));
    }
}
