using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Inference;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Preparing;

/// <summary>What came of building one model's engine.</summary>
/// <param name="Model">The model.</param>
/// <param name="Engine">The engine; null where it was not built.</param>
/// <param name="Failed">What went wrong; null where nothing did.</param>
internal sealed record EngineFinding(ModelId Model, EngineReport? Engine, WorkerAnswer.Failed? Failed)
{
    /// <summary>"built", "kept", "none" or "not built".</summary>
    public string Word => Engine?.Use switch
    {
        EngineUse.Built => "built",
        EngineUse.Hit => "kept",
        EngineUse.None => "none",
        _ => "not built",
    };
}

/// <summary>What came of building the engines of a configuration.</summary>
/// <param name="Models">How many there were to build.</param>
/// <param name="Folder">Where they are kept; null where none are.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Engines">Each model's, as they were built.</param>
internal sealed record PrepareReport(int Models, string? Folder, TimeSpan Time, IReadOnlyList<EngineFinding> Engines)
{
    /// <summary>What the process is to say.</summary>
    public int ExitCode => JobFailures.ExitCodeOf([.. Engines.Select(e => e.Failed)], Models);

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["engines"] = new JsonArray([.. Engines.Select(e => (JsonNode)Json(e))]),
        ["folder"] = Folder,
        ["seconds"] = Math.Round(Time.TotalSeconds, 3),
    };

    private static JsonObject Json(EngineFinding finding)
    {
        var engine = finding.Engine;
        return new JsonObject
        {
            ["model"] = finding.Model.Value,
            ["provider"] = engine?.Provider.ToString().ToLowerInvariant(),
            ["use"] = engine?.Use.ToString().ToLowerInvariant(),
            ["ms"] = engine is null ? null : Math.Round(engine.Time.TotalMilliseconds, 3),
            ["bytes"] = engine?.Size.Count,
            ["difference"] = engine?.Difference,
            ["rewrites"] = new JsonArray([.. (engine?.Rewrites ?? []).Select(r => (JsonNode)r)]),
            ["why"] = engine?.Why,
            ["error"] = finding.Failed?.Reason,
        };
    }
}
