using System.Text.Json;
using System.Text.Json.Nodes;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting.Running;

/// <summary>The run summary: one JSON object whose keys are a contract; bytes and milliseconds.</summary>
internal static class RunSummary
{
    /// <summary>Makes the summary of a run that is over.</summary>
    /// <param name="record">The run.</param>
    /// <param name="window">Frames that could be in flight at most.</param>
    /// <param name="cpu">Processor time the run took.</param>
    /// <param name="budget">The configured budget.</param>
    public static JsonObject Of(RunRecord record, int window, TimeSpan cpu, Bytes budget)
    {
        lock (record.Gate)
        {
            var totals = record.Pipelines.Select(p => p.Totals).ToArray();
            var captured = totals.Sum(t => t.Captured);
            var seconds = (record.Ended - record.Started)?.TotalSeconds ?? 0;
            return new JsonObject
            {
                ["frames"] = new JsonObject
                {
                    ["captured"] = captured,
                    ["classified"] = totals.Sum(t => t.Classified),
                    ["empty"] = totals.Sum(t => t.Empty),
                    ["dropped"] = Reasons(totals.Select(t => t.Dropped)),
                    ["failed"] = Reasons(totals.Select(t => t.Failed)),
                },
                ["crops"] = new JsonObject { ["classified"] = record.Crops, ["reused"] = record.Reused },
                ["seconds"] = Round(seconds),
                ["fps"] = Round(seconds > 0 ? captured / seconds : 0),
                ["latencyMs"] = new JsonObject { ["p50"] = record.Latencies.Percentile(0.50), ["p99"] = record.Latencies.Percentile(0.99) },
                ["cpuMsPerFrame"] = Round(captured > 0 ? cpu.TotalMilliseconds / captured : 0),
                ["window"] = window,
                ["windowAtEnd"] = record.Window,
                ["memory"] = Memory(record, budget),
                ["models"] = Models(record),
                ["engines"] = record.Engines.ToJson(),
                ["leases"] = new JsonObject { ["granted"] = record.Granted, ["denied"] = record.Denied, ["yielded"] = record.Yielded, ["yieldedForBudget"] = record.YieldedForBudget },
                ["probes"] = record.Probes,
                ["buffers"] = new JsonObject { ["outstanding"] = record.Pipelines.Sum(p => p.BuffersOutstanding) },
                ["sinkDrops"] = record.Pipelines.Sum(p => p.SinkDrops),
                ["interruptions"] = record.Pipelines.Sum(p => p.Interruptions),
                ["failures"] = new JsonArray([.. record.Failures.Select(f => (JsonNode)f)]),
            };
        }
    }

    /// <summary>The value below which so much of a series lies; zero for an empty one.</summary>
    internal static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        if (values.Count == 0) return 0;
        var sorted = values.Order().ToArray();
        return Round(sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)]);
    }

    private static JsonObject Memory(RunRecord record, Bytes budget) => new()
    {
        ["budgetBytes"] = budget.Count,
        ["effectiveBudgetBytes"] = record.Budget.Count,
        ["budgetLowestBytes"] = (record.BudgetLowest ?? record.Budget).Count,
        ["budgetChanges"] = record.BudgetChanges,
        ["ledgerPeakBytes"] = record.LedgerPeak.Count,
        ["modelPeakBytes"] = record.AnonymousPeak.Count,
        ["modelPeakAnonymousBytes"] = record.AnonymousPeak.Count,
        ["fixedBytes"] = record.Fixed.Count,
        ["poolBytes"] = record.PoolPeak.Count,
        ["basePeakBytes"] = record.BasePeak.Count,
        ["processPeakBytes"] = record.ProcessPeak.Count,
        ["samples"] = record.Samples,
        ["overBudgetSamples"] = record.OverBudgetSamples,
        ["graceSamples"] = record.GraceSamples,
        ["leakDebtBytes"] = record.Debt.Count,
    };

    private static JsonObject Models(RunRecord record)
    {
        var models = new JsonObject();
        foreach (var (id, model) in record.Models)
        {
            models[id] = new JsonObject
            {
                ["loads"] = model.Loads,
                ["unloads"] = model.Unloads,
                ["loadMsP50"] = Percentile(model.LoadMs, 0.50),
                ["residentBytes"] = model.Resident.Count,
                ["provider"] = model.Provider,
                ["precision"] = model.Precision,
                ["engine"] = model.Engine,
                ["variant"] = model.Variant,
            };
            if (model.Parts.Count > 0) models[id]!["parts"] = new JsonArray([.. model.Parts.Select(p => (JsonNode)p)]);
            if (model.LoadsByVariant.Count > 1)
                models[id]!["loadsByVariant"] = new JsonObject(model.LoadsByVariant.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));
        }
        return models;
    }

    private static JsonObject Reasons(IEnumerable<IReadOnlyDictionary<string, long>> counts)
    {
        var sums = new JsonObject();
        foreach (var group in counts.SelectMany(c => c).GroupBy(c => c.Key).OrderBy(g => g.Key, StringComparer.Ordinal)) sums[group.Key] = group.Sum(c => c.Value);
        return sums;
    }

    private static double Round(double value) => Math.Round(value, 3);

    /// <summary>As one line.</summary>
    public static string OneLine(JsonObject summary) => summary.ToJsonString(new JsonSerializerOptions { WriteIndented = false });

    /// <summary>For a file.</summary>
    public static string Indented(JsonObject summary) => summary.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
}
