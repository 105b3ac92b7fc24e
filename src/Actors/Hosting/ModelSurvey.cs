using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting;

/// <summary>What a configuration's models are and how they are served, found by looking at their files alone.</summary>
public sealed class ModelSurvey
{
    private readonly OrderedDictionary<ModelId, InspectedModel> _models = [];
    private readonly Dictionary<PipelineId, IReadOnlyList<PipelineClassifier>> _classifiers = [];
    /// <summary>Groups that were tried, by the names of their parts in order; null for those that cannot be merged.</summary>
    private readonly Dictionary<string, InspectedModel?> _tried = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];

    private ModelSurvey()
    {
    }

    /// <summary>What is served, by name: models, and merged classifiers in the place of their parts. Those with errors are not among them.</summary>
    public IReadOnlyDictionary<ModelId, InspectedModel> Models => _models;

    /// <summary>Why models cannot be served.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>What is odd but can be run.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Looks at every model.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="runtime">Looks.</param>
    /// <param name="store">What was measured; null for nothing.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    public static ModelSurvey Of(ActorPipelineSettings settings, IModelRuntime runtime, IFootprintStore? store, int lanes)
    {
        var survey = new ModelSurvey();
        foreach (var card in settings.Models.Values)
            if (InspectedModel.Of(card, runtime, store, lanes, survey._errors) is { } model) survey._models.Add(card.Id, model);
        foreach (var pipeline in settings.Pipelines) survey._classifiers[pipeline.Id] = survey.Classifiers(pipeline, runtime, store, lanes);
        survey.ServeMergedInTheirPlace(settings);
        return survey;
    }

    /// <summary>The models that look at a pipeline's crops; those that cannot be served are not among them.</summary>
    public IReadOnlyList<PipelineClassifier> ClassifiersOf(PipelineSettings pipeline) => _classifiers[pipeline.Id];

    private List<PipelineClassifier> Classifiers(PipelineSettings pipeline, IModelRuntime runtime, IFootprintStore? store, int lanes)
    {
        var alone = pipeline.Classify.Where(_models.ContainsKey).ToList();
        var classifiers = new List<PipelineClassifier>();
        foreach (var card in MergePlan.For(pipeline, _models))
        {
            if (TryMerge(card, runtime, store, lanes) is not { } merged) continue;
            classifiers.Add(Classifier(pipeline, merged, [.. merged.Card.Merged.Select(p => p.Id)]));
            alone.RemoveAll(id => card.Merged.Any(p => p.Id == id));
        }
        classifiers.AddRange(alone.Select(id => Classifier(pipeline, _models[id], [id])));
        return [.. classifiers.OrderBy(c => c.Places.Min())];
    }

    private static PipelineClassifier Classifier(PipelineSettings pipeline, InspectedModel model, IReadOnlyList<ModelId> heads)
    {
        var (inspection, order) = (model.Preferred.Inspection, pipeline.Classify.ToList());
        return new PipelineClassifier(model.Id, inspection.InputWidth, inspection.InputHeight, [.. heads.Select(id => order.IndexOf(id))]) 
        {
            Labels = model.Card.LabelsEach,
            IsText = model.Card.Kind == ModelKind.Ctc,
            Resize = model.Card.Input.Resize == ResizeMode.Line ? ResizeMode.Line : ResizeMode.Stretch,
            Use = heads is [var only] && pipeline.Uses.TryGetValue(only, out var use) ? use : new ClassifierUse(),
        };
    }

    private InspectedModel? TryMerge(ModelCard card, IModelRuntime runtime, IFootprintStore? store, int lanes)
    {
        var parts = string.Join('+', card.Merged.Select(p => p.Id.Value).Order(StringComparer.Ordinal));
        if (_tried.TryGetValue(parts, out var known)) return known;
        List<string> reasons = [];
        var merged = InspectedModel.Of(card, runtime, store, lanes, reasons);
        if (merged is null) _warnings.Add($"classifiers {string.Join(", ", card.Merged.Select(p => p.Id))} stay apart, though their cards would have them merged: {reasons[0]}");
        return _tried[parts] = merged;
    }

    /// <summary>A classifier that runs nowhere by itself is not served by itself.</summary>
    private void ServeMergedInTheirPlace(ActorPipelineSettings settings)
    {
        var used = _classifiers.Values.SelectMany(c => c).Select(c => c.Model).Concat(settings.Pipelines.Select(p => p.Detect)).ToHashSet();
        foreach (var merged in _tried.Values.OfType<InspectedModel>())
        {
            _models.Add(merged.Id, merged);
            foreach (var part in merged.Card.Merged.Where(p => !used.Contains(p.Id))) _models.Remove(part.Id);
        }
    }
}
