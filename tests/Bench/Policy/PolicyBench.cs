using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Simulation;

namespace ActorPipeline.Bench.Policy;

/// <summary>
/// What reloads cost under the policy <c>cost</c>, in simulations of the real ledger: against the exact optimum on small traces, against
/// LRU in the same ledger (same turns, same look-ahead) on large ones, and what one choice takes.
/// </summary>
internal static class PolicyBench
{
    private static readonly MemorySettings Settings = new();

    /// <summary>Runs all of it.</summary>
    /// <param name="seeds">Seeds of each kind of small trace; large ones get a third as many.</param>
    public static BenchReport Run(int seeds)
    {
        var report = new BenchReport("policy");
        OverOptimum(report, seeds);
        OverLru(report, Math.Max(1, seeds / 3));
        WorstOverLru(report, Math.Max(1, seeds / 3));
        report.Add("simulate_s", SimulateMany(), "seconds to simulate 10,000 models and 100,000 requests, bursty, memory for 10 %");
        return report.Add("choose_us", Choose(), "microseconds to choose victims among 1,000 candidates for 100 MiB, median of 2,001");
    }

    private static void OverOptimum(BenchReport report, int seeds)
    {
        var recipes =
            from family in Enum.GetValues<TraceFamily>()
            from size in new (int Models, int Requests, int Window)[] { (8, 80, 4), (8, 80, 8), (8, 120, 12), (12, 120, 8) }
            from memory in new[] { 0.35, 0.5, 0.65 }
            from seed in Enumerable.Range(1, seeds)
            select new TraceRecipe(family, size.Models, size.Requests, seed) { Window = size.Window, Memory = memory, Load = 0 };
        var runs = recipes.AsParallel().AsOrdered().Select(recipe =>
        {
            var trace = TraceGenerator.Generate(recipe);
            // Beyond the solver's limits a trace is left out, and counted.
            var optimum = OfflineOptimum.Of(trace, mostStates: 4_000_000);
            return (Recipe: recipe, Optimum: optimum, Cost: Cost(trace, new CostAware()), Lru: Cost(trace, new LeastRecentlyUsed()), Bound: LowerBound.Of(trace).TotalMilliseconds);
        }).ToArray();
        var solved = runs.Where(r => r.Optimum is not null).Select(r => (r.Recipe, Optimum: r.Optimum!.Value.TotalMilliseconds, r.Cost, r.Lru, r.Bound)).ToArray();
        var optimum = solved.Sum(r => r.Optimum);
        var worst = solved.MaxBy(r => r.Cost / r.Optimum);
        report.Add("over_optimum", solved.Sum(r => r.Cost) / optimum,
            $"reload cost over the exact optimum, {solved.Length} traces: 8 models (80 requests, 4 or 8 in flight; 120, 12) and 12 (120, 8), memory for 35, 50, 65 %");
        foreach (var family in solved.GroupBy(r => r.Recipe.Family))
            report.Add($"over_optimum_{Name(family.Key)}", family.Sum(r => r.Cost) / family.Sum(r => r.Optimum), "the same, traces of this family");
        report.Add("over_optimum_worst", worst.Cost / worst.Optimum, $"the worst of them: {Text(worst.Recipe)}");
        report.Add("lru_over_optimum", solved.Sum(r => r.Lru) / optimum, "LRU in the same ledger, same traces");
        report.Add("bound_over_optimum", solved.Sum(r => r.Bound) / optimum, "the lower bound that stands for the optimum on large traces, same traces");
        report.Add("unsolved", runs.Length - solved.Length, "traces beyond the exact solver");
    }

    private static void OverLru(BenchReport report, int seeds)
    {
        var recipes =
            from family in new[] { TraceFamily.Bursty, TraceFamily.Diurnal }
            from size in new (int Models, int Window)[] { (30, 16), (100, 32), (200, 64) }
            from memory in new[] { 0.3, 0.5 }
            from seed in Enumerable.Range(1, seeds)
            select new TraceRecipe(family, size.Models, 50_000, seed) { Window = size.Window, Memory = memory, Load = 0.3 };
        var runs = Both(recipes);
        report.Add("over_lru", runs.Sum(r => r.Cost) / runs.Sum(r => r.Lru),
            $"reload cost over LRU's, {runs.Length} bursty and diurnal traces: 30, 100, 200 models, 50,000 requests, 16, 32, 64 in flight, memory for 30, 50 %");
        foreach (var family in runs.GroupBy(r => r.Recipe.Family))
            report.Add($"over_lru_{Name(family.Key)}", family.Sum(r => r.Cost) / family.Sum(r => r.Lru), "the same, traces of this family");
    }

    private static void WorstOverLru(BenchReport report, int seeds)
    {
        var recipes =
            from size in new (int Models, int Window)[] { (8, 4), (30, 16), (100, 32), (200, 64) }
            from memory in new[] { 0.3, 0.5, 0.7 }
            from seed in Enumerable.Range(1, seeds)
            select new TraceRecipe(TraceFamily.Adversarial, size.Models, 10_000, seed) { Window = size.Window, Memory = memory, Load = 0.3 };
        var runs = Both(recipes);
        var worst = runs.MaxBy(r => r.Cost / r.Lru);
        report.Add("worst_over_lru", worst.Cost / worst.Lru,
            $"reload cost over LRU's, the worst of {runs.Length} adversarial traces (8 to 200 models, 10,000 requests, memory for 30, 50, 70 %): {Text(worst.Recipe)}");
        report.Add("adversarial_over_lru", runs.Sum(r => r.Cost) / runs.Sum(r => r.Lru), "all of them together");
    }

    private static (TraceRecipe Recipe, double Cost, double Lru)[] Both(IEnumerable<TraceRecipe> recipes) =>
        recipes.AsParallel().AsOrdered().Select(recipe =>
        {
            var trace = TraceGenerator.Generate(recipe);
            return (recipe, Cost(trace, new CostAware()), Cost(trace, new LeastRecentlyUsed()));
        }).ToArray();

    private static double Cost(WorkloadTrace trace, IEvictionPolicy policy)
    {
        var result = Simulator.Run(trace, Settings, policy);
        // A figure of a run that broke the promise would be worth nothing.
        if (result.OverBudget > Bytes.Zero || result.Refusals > 0) throw new InvalidOperationException($"'{trace.Name}': {result.OverBudget} over budget, {result.Refusals} refusals");
        return result.ReloadCost.TotalMilliseconds;
    }

    private static double SimulateMany()
    {
        var trace = TraceGenerator.Generate(new TraceRecipe(TraceFamily.Bursty, 10_000, 100_000, 1) { Window = 256, Memory = 0.1, Load = 0.3 });
        var begin = Stopwatch.GetTimestamp();
        Cost(trace, new CostAware());
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static double Choose()
    {
        var random = new Random(1);
        var candidates = Enumerable.Range(1, 1000).Select(i => new Residency(
            new LeaseId(1, i), new ModelId($"m{i}"), PoolVector.OfHost(Bytes.MiB(2 * Math.Pow(100, random.NextDouble()))), 0, 0, TimeSpan.FromMilliseconds(random.Next(100_000)))
        {
            ReloadTime = TimeSpan.FromMilliseconds(random.Next(30, 1000)),
            MeanInterval = i % 3 == 0 ? null : TimeSpan.FromMilliseconds(random.Next(100, 50_000)),
        }).ToArray();
        var missing = PoolVector.OfHost(Bytes.MiB(100));
        var victims = new List<LeaseId>(1000);
        var policy = new CostAware();
        var taken = new double[2001];
        for (var i = -2000; i < taken.Length; i++)
        {
            victims.Clear();
            var begin = Stopwatch.GetTimestamp();
            policy.TryChoose(missing, candidates, TimeSpan.FromSeconds(101), victims);
            if (i >= 0) taken[i] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }
        return Statistics.Median(taken);
    }

    private static string Name(TraceFamily family) => family.ToString().ToLowerInvariant();

    private static string Text(TraceRecipe recipe) => $"{Name(recipe.Family)}, {recipe.Models} models, {recipe.Window} in flight, memory {recipe.Memory}, seed {recipe.Seed}";
}
