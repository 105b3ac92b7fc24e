using System.Globalization;
using System.Text.Json.Nodes;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Simulating;

/// <summary>Answers whether these models on this box keep up.</summary>
/// <param name="Trace">What was simulated.</param>
/// <param name="Result">How it went.</param>
/// <param name="Optimum">The least that loads can take, where it could be computed; else null.</param>
/// <param name="LowerBound">A bound below it.</param>
/// <param name="Estimates">What was not measured, as sentences.</param>
internal sealed record SimulationReport(WorkloadTrace Trace, SimulationResult Result, TimeSpan? Optimum, TimeSpan LowerBound, IReadOnlyList<string> Estimates)
{
    /// <summary>So many of a thousand requests may be late while one still says that it keeps up.</summary>
    private const int LateInThousand = 10;

    /// <summary>States that the exact solver may look at before the lower bound stands in: some seconds and 200 MB.</summary>
    private const int MostStates = 1_000_000;

    /// <summary>Whether next to nothing is late and nothing is refused.</summary>
    public bool KeepsUp => Result.Refusals == 0 && Result.Late * 1000L <= (long)Result.Requests * LateInThousand;

    private TimeSpan Least => Optimum ?? LowerBound;

    private double Ratio => Least > TimeSpan.Zero ? Result.ReloadCost / Least : 1;

    /// <summary>Compares a result with the least that loads can take.</summary>
    public static SimulationReport Of(WorkloadTrace trace, SimulationResult result, IReadOnlyList<string> estimates) =>
        new(trace, result, result.Refusals > 0 ? null : OfflineOptimum.Of(trace, MostStates), Simulation.LowerBound.Of(trace), estimates);

    /// <summary>For programs; milliseconds and bytes.</summary>
    public JsonObject ToJson() => new()
    {
        ["models"] = Result.Models,
        ["requests"] = Result.Requests,
        ["loads"] = Result.Loads,
        ["reloadMs"] = Ms(Result.ReloadCost),
        ["refusals"] = Result.Refusals,
        ["lateMsP50"] = Ms(Result.LatenessP50),
        ["lateMsP99"] = Ms(Result.LatenessP99),
        ["lateMsMax"] = Ms(Result.LatenessMax),
        ["late"] = Result.Late,
        ["overBudgetBytes"] = Result.OverBudget.Count,
        ["optimum"] = new JsonObject { ["kind"] = Optimum is null ? "lower-bound" : "exact", ["reloadMs"] = Ms(Least), ["ratio"] = Math.Round(Ratio, 3) },
        ["utilisation"] = Math.Round(Result.Utilisation, 3),
        ["keepsUp"] = KeepsUp,
        ["turns"] = Result.Turns,
        ["makespanMs"] = Ms(Result.Makespan),
        ["loadsByModel"] = new JsonObject(Result.LoadsByModel.Select(m => KeyValuePair.Create(m.Key.Value, (JsonNode?)m.Value))),
        ["estimates"] = new JsonArray([.. Estimates.Select(e => (JsonNode)e)]),
    };

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Invariant($"Simulated: {Trace.Name}: {Result.Requests} requests for {Result.Models} models on {Trace.Lanes} lanes, {Trace.Budget} for models.");
        yield return Invariant($"  loads         {Result.Loads}, {Result.ReloadCost.TotalSeconds:0.00} s together ({Loads()})");
        yield return Optimum is null
            ? Invariant($"                {Ratio:0.00} x a lower bound of {Least.TotalSeconds:0.00} s (no schedule loads less, not even one that is never in time; the optimum itself is unknown)")
            : Invariant($"                {Ratio:0.00} x the exact optimum of {Least.TotalSeconds:0.00} s, which knows the future and may hold work back");
        yield return $"  refusals      {Result.Refusals}";
        yield return Invariant($"  late          {Result.Late} of {Result.Requests}; p50 {Ms(Result.LatenessP50)} ms, p99 {Ms(Result.LatenessP99)} ms, at most {Ms(Result.LatenessMax)} ms");
        yield return $"  over budget   {Result.OverBudget}";
        yield return Invariant($"  lanes busy    {Result.Utilisation * 100:0} %, over {Result.Makespan.TotalSeconds:0.0} s");
        foreach (var estimate in Estimates) yield return $"  estimated     {estimate}";
        yield return Verdict();
    }

    private string Verdict()
    {
        if (Result.Refusals > 0) return $"These models do not all fit this budget: {Result.Refusals} requests were refused.";
        if (KeepsUp) return Invariant($"These models keep up: {100.0 * (Result.Requests - Result.Late) / Math.Max(1, Result.Requests):0.0} % of the requests are done in time.");
        // Of the time that is there, which part goes into runs and which into loads.
        var loading = Result.Makespan > TimeSpan.Zero ? Result.ReloadCost / Result.Makespan : 0;
        return Result.Utilisation >= 0.9
            ? Invariant($"These models do not keep up: the lanes are busy {Result.Utilisation * 100:0} % of the time. More memory would not help; fewer frames or more lanes would.")
            : Invariant($"These models do not keep up: {loading * 100:0} % of the time some model loads. More memory, or a larger window, would help.");
    }

    private string Loads() => string.Join(", ", Result.LoadsByModel.OrderByDescending(m => m.Value).Take(8).Select(m => $"{m.Key} {m.Value}")) + (Result.LoadsByModel.Count > 8 ? ", ..." : "");

    private static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
