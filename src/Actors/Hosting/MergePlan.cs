using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting;

/// <summary>
/// Which classifiers of a pipeline might run as one: those whose cards want it, that take the same pictures in the same way, run on the same
/// providers and come in one form. Whether they begin with the same layers is for the runtime to say. Pure.
/// </summary>
internal static class MergePlan
{
    /// <summary>The merged cards to try, each of two classifiers or more, in the order in which the pipeline names them.</summary>
    public static IReadOnlyList<ModelCard> For(PipelineSettings pipeline, IReadOnlyDictionary<ModelId, InspectedModel> models)
    {
        var groups = new List<List<InspectedModel>>();
        foreach (var id in pipeline.Classify)
        {
            if (!models.TryGetValue(id, out var model) || model.Card is not { Merge: true, Kind: ModelKind.Classification } || model.HasChoice || IsApart(pipeline, id)) continue;
            if (groups.Find(group => Alike(group[0], model)) is { } group) group.Add(model);
            else groups.Add([model]);
        }
        return [.. groups.Where(group => group.Count > 1).Select(group => Merged([.. group.Select(m => m.Card)]))];
    }

    /// <summary>Whether it looks at crops of its own, or another waits for what it says.</summary>
    private static bool IsApart(PipelineSettings pipeline, ModelId id) => pipeline.Uses.ContainsKey(id) || pipeline.Uses.Values.Any(use => use.Upright == id);

    /// <summary>The card of classifiers that run as one. It declares no footprint: what its parts declare does not add up, for their common layers are there once.</summary>
    private static ModelCard Merged(IReadOnlyList<ModelCard> parts) => parts[0] with
    {
        Id = new ModelId(string.Join('+', parts.Select(p => p.Id))), Merged = parts, Variant = null, Footprint = null, LabelsPath = null,
        Top = parts.Max(p => p.Top), MaxBatch = parts.Min(p => p.MaxBatch), Pin = parts.Any(p => p.Pin), Priority = parts.Max(p => p.Priority),
    };

    private static bool Alike(InspectedModel a, InspectedModel b)
    {
        var (first, other) = (a.Preferred.Inspection, b.Preferred.Inspection);
        return (first.InputWidth, first.InputHeight) == (other.InputWidth, other.InputHeight)
            && a.Card.Providers.SequenceEqual(b.Card.Providers) && Alike(a.Card.Input, b.Card.Input);
    }

    private static bool Alike(InputSettings a, InputSettings b) =>
        a.Channels == b.Channels && a.Resize == b.Resize && a.Mean.SequenceEqual(b.Mean) && a.Std.SequenceEqual(b.Std);
}
