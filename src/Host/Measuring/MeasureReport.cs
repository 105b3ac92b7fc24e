using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Measuring;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Measuring;

/// <summary>What came of measuring one form of a model.</summary>
/// <param name="Model">What it is called.</param>
/// <param name="Before">What it was counted with until now.</param>
/// <param name="Measured">What was measured; null where that failed.</param>
/// <param name="Failed">What went wrong; null where nothing did.</param>
internal sealed record ModelFinding(string Model, Footprint Before, MeasuredModel? Measured, WorkerAnswer.Failed? Failed);

/// <summary>What came of measuring the models of a configuration.</summary>
/// <param name="Jobs">How many there were to measure.</param>
/// <param name="Lanes">Lanes that may run a model at once.</param>
/// <param name="File">Where it is kept.</param>
/// <param name="Kept">Whether it is.</param>
/// <param name="Models">Each model, as they were measured.</param>
internal sealed record MeasureReport(int Jobs, int Lanes, string File, bool Kept, IReadOnlyList<ModelFinding> Models)
{
    /// <summary>What the process is to say.</summary>
    public int ExitCode => Kept ? JobFailures.ExitCodeOf([.. Models.Select(m => m.Failed)], Jobs) : Hosting.ExitCode.Failed;

    /// <summary>What a model's lease covers at most.</summary>
    public Bytes LeaseOf(Footprint footprint) => footprint.LoadLease(Lanes)[MemoryPool.Host];

    /// <summary>Declarations that promise less than was measured.</summary>
    public IEnumerable<string> Warnings =>
        from model in Models
        where model.Before.Source == FootprintSource.Declared && model.Measured is not null
        let measured = LeaseOf(model.Measured!.Record.ToFootprint(Lanes))
        where measured > LeaseOf(model.Before)
        select $"model '{model.Model}' declares a footprint that comes to {LeaseOf(model.Before)}, but was measured to need {measured}; the declaration stands until it is taken out of the configuration";

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["models"] = new JsonObject(Models.Select(m => KeyValuePair.Create(m.Model, (JsonNode?)Json(m)))),
        ["lanes"] = Lanes,
        ["file"] = File,
        ["kept"] = Kept,
    };

    private JsonObject Json(ModelFinding finding)
    {
        var before = new JsonObject { ["footprint"] = Word(finding.Before.Source), ["leaseBytes"] = LeaseOf(finding.Before).Count };
        if (finding.Measured is not { Key: var key, Record: var record }) return new JsonObject { ["error"] = finding.Failed!.Reason, ["before"] = before };
        return new JsonObject
        {
            ["provider"] = key.Provider.ToString().ToLowerInvariant(),
            ["precision"] = key.Precision,
            ["batch"] = key.Batch,
            ["fixedBytes"] = record.Fixed?.Count,
            ["loadBytes"] = record.Load?.Count,
            ["residentBytes"] = record.Resident?.Count,
            ["runBytes"] = Runs(record.Run),
            ["batches"] = record.Batches is { } batches ? new JsonObject(batches.Costs.OrderBy(c => c.Key).Select(c => KeyValuePair.Create($"{c.Key}", (JsonNode?)Json(c.Value)))) : null,
            ["batchWorth"] = finding.Measured.Batching.Batch,
            ["batching"] = finding.Measured.Batching.Why,
            ["loadMs"] = Milliseconds(record.LoadTime),
            ["runMs"] = Milliseconds(record.RunTime),
            ["returned"] = record.Returned is { } returned ? Math.Round(returned, 3) : null,
            ["leaseBytes"] = LeaseOf(record.ToFootprint(Lanes)).Count,
            ["before"] = before,
        };
    }

    private static JsonObject Json(BatchCost cost) => new() { ["cropMs"] = Milliseconds(cost.Crop), ["runBytes"] = Runs(cost.Run) };

    private static JsonObject Runs(IReadOnlyDictionary<int, Bytes> run) => new(run.OrderBy(r => r.Key).Select(r => KeyValuePair.Create($"{r.Key}", (JsonNode?)r.Value.Count)));

    /// <summary>A source of footprints in a word.</summary>
    internal static string Word(FootprintSource source) => source.ToString().ToLowerInvariant();

    private static double? Milliseconds(TimeSpan? time) => time is { } value ? Math.Round(value.TotalMilliseconds, 3) : null;
}
