namespace ActorPipeline.Bench;

/// <summary>What one model needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lease">To be loaded, and run on all lanes.</param>
internal readonly record struct ModelNeed(string Name, Bytes Lease);

/// <summary>What a run needs of its budget, as a run with plenty of it tells: buffers and fixed cost as charged, models as declared.</summary>
/// <param name="Pools">Frame and crop buffers.</param>
/// <param name="Fixed">What libraries and compiled code cost the process.</param>
/// <param name="Models">The models.</param>
internal sealed record RunNeeds(Bytes Pools, Bytes Fixed, IReadOnlyList<ModelNeed> Models)
{
    // Fixed cost is measured anew in each run, and differs by so much.
    private static readonly Bytes Margin = Bytes.MiB(3);

    /// <summary>What the model needs that needs most.</summary>
    public Bytes Largest => Models.Max(m => m.Lease);

    /// <summary>The least budget that works: one model at a time, whichever it is.</summary>
    public Bytes ForOne => Pools + Fixed + Margin + Largest;

    /// <summary>A budget in which all models stay.</summary>
    public Bytes ForAll => Pools + Fixed + Margin + new Bytes(Models.Sum(m => m.Lease.Count));

    /// <summary>Runs some frames with plenty of memory, twice, because the first run of a process compiles and prepares; the larger figures count.</summary>
    /// <param name="run">The run to be.</param>
    public static async Task<RunNeeds> MeasureAsync(StreetRun run)
    {
        var some = run with { Frames = 40, Budget = Bytes.MiB(512) };
        var results = new[] { await some.RunAsync(), await some.RunAsync() };
        var lanes = run.Lanes > 0 ? run.Lanes : Environment.ProcessorCount;
        return new RunNeeds(Highest("poolBytes"), Highest("fixedBytes"), [.. run.Models.Select(m => new ModelNeed(m.Id.Value, m.Footprint!.LoadLease(lanes).Total))]);

        Bytes Highest(string key) => new((long)results.Max(r => r.Memory(key)));
    }
}
