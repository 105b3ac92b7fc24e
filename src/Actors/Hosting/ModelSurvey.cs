using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting;

/// <summary>What a configuration's models are, found by looking at their files alone.</summary>
/// <param name="Models">What is served, by name; those with errors are not among them.</param>
/// <param name="Errors">Why models cannot be served.</param>
/// <param name="Warnings">What is odd but can be run.</param>
public sealed record ModelSurvey(IReadOnlyDictionary<ModelId, InspectedModel> Models, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>The models that look at a pipeline's crops; those that cannot be served are not among them.</summary>
    public IReadOnlyList<PipelineClassifier> ClassifiersOf(PipelineSettings pipeline)
    {
        var classifiers = new List<PipelineClassifier>();
        for (var place = 0; place < pipeline.Classify.Count; place++)
            if (Models.TryGetValue(pipeline.Classify[place], out var model)) classifiers.Add(Classifier(model, place));
        return classifiers;
    }

    private static PipelineClassifier Classifier(InspectedModel model, params IReadOnlyList<int> places) =>
        new(model.Id, model.Preferred.Inspection.InputWidth, model.Preferred.Inspection.InputHeight, places);

    /// <summary>Looks at every model.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="runtime">Looks.</param>
    /// <param name="store">What was measured; null for nothing.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    public static ModelSurvey Of(ActorPipelineSettings settings, IModelRuntime runtime, IFootprintStore? store, int lanes)
    {
        var models = new OrderedDictionary<ModelId, InspectedModel>();
        List<string> errors = [], warnings = [];
        foreach (var card in settings.Models.Values)
            if (InspectedModel.Of(card, runtime, store, lanes, errors) is { } model) models.Add(card.Id, model);
        return new ModelSurvey(models, errors, warnings);
    }
}
