using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>Layers that a form leaves alone: a report lists them as well.</summary>
internal static class UntouchedLayers
{
    /// <summary>All layers of a graph, in its order.</summary>
    /// <param name="found">Those that were chosen or not.</param>
    /// <param name="view">The float graph.</param>
    /// <param name="why">Why the others were left alone, for people.</param>
    public static IReadOnlyList<QuantizedLayer> Added(IReadOnlyList<QuantizedLayer> found, GraphView view, string why)
    {
        var known = found.ToDictionary(l => l.Name, StringComparer.Ordinal);
        return
        [
            .. Layer.AllOf(view).Select(l => known.GetValueOrDefault(l.Name) ?? new QuantizedLayer(l.Name, l.Op, l.Name, l.Weights.Count(), false, why, null, null)),
        ];
    }
}
