using ActorPipeline.Catalog;

namespace ActorPipeline.Simulation;

/// <summary>What workload to generate.</summary>
/// <param name="Family">What it looks like over time.</param>
/// <param name="Models">How many models: 2 to 10,000.</param>
/// <param name="Requests">How many requests.</param>
/// <param name="Seed">The same seed gives the same workload.</param>
public sealed record TraceRecipe(TraceFamily Family, int Models, int Requests, int Seed)
{
    /// <value>Requests in flight at most. Default <see cref="WorkloadTrace.Unbounded"/>.</value>
    public int Window { get; init; } = WorkloadTrace.Unbounded;

    /// <value>The budget as a share of what all models would take together; never less than the largest needs. Default 0.5.</value>
    public double Memory { get; init; } = 0.5;

    /// <value>Share of the lanes' time that runs take, were nothing ever loaded; 0 for requests that are all there from the start. Default 0.5.</value>
    public double Load { get; init; } = 0.5;

    /// <value>Runs at once. Default 2.</value>
    public int Lanes { get; init; } = 2;
}

/// <summary>
/// Generates workloads. Models: resident with all lanes 2 to 200 MiB, log-uniform, a third of it run memory; the load peak is 0.7 to 1.0 of
/// that; a load takes 30 ms + 5 ms a MiB, times a log-normal factor (sigma 0.35); an unload 2 ms + 0.2 ms a MiB; a run 4 to 40 ms,
/// log-uniform. Popularity follows Zipf's law with exponent 0.9, independent of size.
/// </summary>
public static class TraceGenerator
{
    /// <summary>Generates a workload.</summary>
    public static WorkloadTrace Generate(TraceRecipe recipe)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(recipe.Models, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(recipe.Models, 10_000);
        // Numbers of the family and the seed together, so that families differ under one seed.
        var random = new Random(unchecked((recipe.Seed * 31) + (int)recipe.Family));
        var models = new TraceModel[recipe.Models];
        for (var i = 0; i < models.Length; i++) models[i] = Model(i, recipe.Lanes, random);
        var sequence = RequestSequence.Of(recipe, models, random);
        var trace = new WorkloadTrace($"{recipe.Family.ToString().ToLowerInvariant()} {recipe.Models} models, seed {recipe.Seed}", models, Timed(sequence, recipe, models))
        {
            Window = recipe.Window,
            Lanes = recipe.Lanes,
            Budget = PoolVector.Zero,
        };
        return trace with { Budget = Budget(recipe, models) };
    }

    private static TraceModel Model(int index, int lanes, Random random)
    {
        var mebibytes = LogUniform(random, 2, 200);
        var footprint = Footprint.Declared(
            load: Bytes.MiB(mebibytes * (0.7 + (0.3 * random.NextDouble()))),
            resident: Bytes.MiB(mebibytes * 2 / 3),
            run: Bytes.MiB(mebibytes / 3 / lanes));
        var noise = Math.Exp(0.35 * Normal(random));
        return new TraceModel(
            new ModelId($"m{index}"), footprint,
            LoadTime: TimeSpan.FromMilliseconds((30 + (5 * mebibytes)) * noise),
            UnloadTime: TimeSpan.FromMilliseconds(2 + (0.2 * mebibytes)),
            RunTime: TimeSpan.FromMilliseconds(LogUniform(random, 4, 40)));
    }

    private static PoolVector Budget(TraceRecipe recipe, TraceModel[] models)
    {
        var all = models.Sum(m => (double)m.Footprint.ResidentLease(recipe.Lanes).Total.Count);
        var largest = models.Max(m => m.Footprint.LoadLease(recipe.Lanes).Total.Count);
        return PoolVector.OfHost(new Bytes(Math.Max((long)(all * recipe.Memory), largest)));
    }

    /// <summary>Stretches the sequence over so much time that runs take the share of the lanes that the recipe names.</summary>
    private static TraceRequest[] Timed(IReadOnlyList<SequencedRequest> sequence, TraceRecipe recipe, TraceModel[] models)
    {
        var work = sequence.Sum(r => models[r.Model].RunTime.TotalMilliseconds);
        var end = sequence.Count == 0 ? 1 : Math.Max(sequence[^1].Time, double.Epsilon);
        var stretch = recipe.Load <= 0 ? 0 : work / recipe.Load / recipe.Lanes / end;
        return [.. sequence.Select(r => new TraceRequest(TimeSpan.FromMilliseconds(r.Time * stretch), r.Model) { After = r.After })];
    }

    private static double LogUniform(Random random, double from, double to) => from * Math.Pow(to / from, random.NextDouble());

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
