using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Onnx;
using ActorPipeline.Pipeline;
using ActorPipeline.Sources;

namespace ActorPipeline.Hosting.Checking;

/// <summary>What a check found out about a pipeline.</summary>
/// <param name="Settings">The pipeline.</param>
/// <param name="Source">Its source; null where it was not opened.</param>
/// <param name="Plan">Its buffers; null where the frames' size is not known.</param>
/// <param name="Unknown">Why they are not known; null where they are.</param>
/// <param name="Classifiers">The models that look at its crops, as they are served.</param>
internal sealed record PipelineFinding(PipelineSettings Settings, SourceInfo? Source, KitPlan? Plan, string? Unknown, IReadOnlyList<PipelineClassifier> Classifiers);

/// <summary>Everything that a check found out, by looking at files alone.</summary>
internal sealed record CheckReport(
    Bytes Budget,
    Bytes Headroom,
    Bytes? Available,
    int Lanes,
    IReadOnlyDictionary<ModelId, InspectedModel> Models,
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

    /// <summary>What each model needs, variant by variant in order of preference.</summary>
    public IReadOnlyList<ModelNeed> Needs => [.. Models.Values.SelectMany(m => m.Variants.Select(v => NeedOf(m, v)))];

    /// <summary>The sets of models that can be in memory at once, each in the first of its variants with which they can.</summary>
    public IReadOnlyList<IReadOnlyList<ModelNeed>> Together => Residency.LargestSets([.. Models.Values.Select(m => m.Variants.Select(v => NeedOf(m, v)).ToArray())], ForModels);

    /// <summary>What a variant of a model needs.</summary>
    public ModelNeed NeedOf(InspectedModel model, InspectedVariant variant)
    {
        var footprint = variant.Inspection.Footprint;
        return new ModelNeed(model.TitleOf(variant), footprint.LoadLease(Lanes)[MemoryPool.Host], footprint.ResidentLease(Lanes)[MemoryPool.Host]);
    }

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
        ["models"] = new JsonObject(Models.Values.Select(m => KeyValuePair.Create(m.Id.Value, (JsonNode?)Json(m)))),
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

    private JsonObject Json(InspectedModel model)
    {
        var json = Json(model, model.Preferred);
        if (model.Card.Merged.Count > 0) json["parts"] = Texts(model.Card.Merged.Select(p => p.Id.Value));
        if (model.HasChoice) json["variants"] = new JsonArray([.. model.Variants.Select(v => (JsonNode)Named(model, v))]);
        return json;
    }

    private JsonObject Named(InspectedModel model, InspectedVariant variant)
    {
        var json = Json(model, variant);
        json.Insert(0, "name", variant.Name);
        var declared = model.Card.Variants.FirstOrDefault(v => v.Name == variant.Name);
        if (declared?.RunTime is { } run) json["runMs"] = run.TotalMilliseconds;
        if (declared?.Accuracy is { } accuracy) json["accuracy"] = accuracy;
        return json;
    }

    private JsonObject Json(InspectedModel model, InspectedVariant variant)
    {
        var need = NeedOf(model, variant);
        return new JsonObject
        {
            ["fileBytes"] = variant.Inspection.FileSize.Count,
            ["footprint"] = variant.Inspection.Footprint.Source.ToString().ToLowerInvariant(),
            ["batch"] = variant.Inspection.Footprint.Batch,
            ["loadBytes"] = need.Load.Count,
            ["residentBytes"] = need.Resident.Count,
            ["engineToBuild"] = variant.Inspection.Build > Bytes.Zero,
            ["buildBytes"] = variant.Inspection.Build.Count,
            ["fitsAlone"] = Residency.Fits([need], ForModels),
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
