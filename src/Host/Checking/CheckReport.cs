using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Pipeline;
using ActorPipeline.Sources;

namespace ActorPipeline.Hosting.Checking;

/// <summary>What a check found out about a pipeline.</summary>
/// <param name="Settings">The pipeline.</param>
/// <param name="Source">Its source; null where it was not opened.</param>
/// <param name="Plan">Its buffers; null where the frames' size is not known.</param>
/// <param name="Unknown">Why they are not known; null where they are.</param>
internal sealed record PipelineFinding(PipelineSettings Settings, SourceInfo? Source, KitPlan? Plan, string? Unknown);

/// <summary>Everything that a check found out, by looking at files alone.</summary>
internal sealed record CheckReport(
    Bytes Budget,
    Bytes Headroom,
    Bytes? Available,
    int Lanes,
    IReadOnlyDictionary<ModelId, ModelInspection> Models,
    IReadOnlyList<PipelineFinding> Pipelines,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The library that would run models; null where there is none that loads.</summary>
    public OnnxLibraryUse? Library { get; init; }

    /// <summary>The pipelines' buffers, as far as they are known.</summary>
    public Bytes Buffers => Pipelines.Aggregate(Bytes.Zero, (sum, p) => sum + (p.Plan?.Total ?? Bytes.Zero));

    /// <summary>What is left for models.</summary>
    public Bytes ForModels => Bytes.Max(Bytes.Zero, Budget - Buffers);

    /// <summary>What each model needs.</summary>
    public IReadOnlyList<ModelNeed> Needs => [.. Models.Select(m => new ModelNeed(
        m.Key.Value, m.Value.Footprint.LoadLease(Lanes)[MemoryPool.Host], m.Value.Footprint.ResidentLease(Lanes)[MemoryPool.Host]))];

    /// <summary>The sets of models that can be in memory at once.</summary>
    public IReadOnlyList<IReadOnlyList<ModelNeed>> Together => Residency.LargestSets(Needs, ForModels);

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["valid"] = Errors.Count == 0,
        ["loaded"] = 0,
        ["errors"] = Texts(Errors),
        ["warnings"] = Texts(Warnings),
        ["budgetBytes"] = Budget.Count,
        ["headroomBytes"] = Headroom.Count,
        ["availableBytes"] = Available?.Count,
        ["lanes"] = Lanes,
        ["onnxruntime"] = Library is null ? null : new JsonObject
        {
            ["path"] = Library.Path,
            ["version"] = Library.Version,
            ["way"] = Library.Way,
            ["providers"] = Texts(Library.Providers),
        },
        ["buffersBytes"] = Buffers.Count,
        ["pipelines"] = new JsonObject(Pipelines.Select(p => KeyValuePair.Create(p.Settings.Id.Value, (JsonNode?)Json(p)))),
        ["models"] = new JsonObject(Needs.Select(n => KeyValuePair.Create(n.Name, (JsonNode?)Json(n)))),
        ["together"] = new JsonArray([.. Together.Select(set => (JsonNode)Texts(set.Select(m => m.Name)))]),
    };

    private static JsonObject Json(PipelineFinding pipeline) => new()
    {
        ["source"] = pipeline.Settings.Source,
        ["width"] = pipeline.Source?.MaxWidth,
        ["height"] = pipeline.Source?.MaxHeight,
        ["frames"] = pipeline.Source?.FrameCount,
        ["buffersBytes"] = pipeline.Plan?.Total.Count,
        ["unknown"] = pipeline.Unknown,
    };

    private JsonObject Json(ModelNeed need)
    {
        var model = Models[new ModelId(need.Name)];
        return new JsonObject
        {
            ["fileBytes"] = model.FileSize.Count,
            ["footprint"] = model.Footprint.Source.ToString().ToLowerInvariant(),
            ["loadBytes"] = need.Load.Count,
            ["residentBytes"] = need.Resident.Count,
            ["engineToBuild"] = model.Build > Bytes.Zero,
            ["buildBytes"] = model.Build.Count,
            ["fitsAlone"] = Residency.Fits([need], ForModels),
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
