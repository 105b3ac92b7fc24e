using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>Every layer of a graph as a report lists it: its choice, and why.</summary>
internal static class LayerTable
{
    /// <summary>All layers, in the graph's order.</summary>
    /// <param name="view">The float graph.</param>
    /// <param name="sensitivities">What each group that a form has in integers brings alone.</param>
    /// <param name="chosen">The set.</param>
    /// <param name="whyLeft">Why other layers were left alone.</param>
    public static QuantizedLayer[] Of(GraphView view, IReadOnlyList<Sensitivity> sensitivities, LayerSet chosen, string whyLeft)
    {
        var known = sensitivities.SelectMany(s => s.Group.Layers.Select(l => (l.Output, s))).ToDictionary(l => l.Output, l => l.s, StringComparer.Ordinal);
        return [.. Layer.AllOf(view).Select(l => known.TryGetValue(l.Output, out var s) ? Chosen(l, s, chosen) : Row(l, l.Name, false, whyLeft, null, null))];
    }

    private static QuantizedLayer Chosen(Layer layer, Sensitivity sensitivity, LayerSet chosen)
    {
        var quantised = !chosen.Float.Contains(sensitivity.Group);
        double? alone = double.IsNaN(sensitivity.SignalToNoise) ? null : sensitivity.SignalToNoise;
        var why = alone is null ? quantised ? "not known alone" : "alone it gives what is no number"
            : quantised ? $"{alone:0.0} dB alone: inside the bound with the others"
            : chosen.ForSpeed.Contains(sensitivity.Group) ? "quicker among floats"
            : $"{alone:0.0} dB alone: too noisy";
        return Row(layer, sensitivity.Group.Name, quantised, why, alone, sensitivity.Loss);
    }

    private static QuantizedLayer Row(Layer layer, string group, bool quantised, string why, double? alone, double? loss) =>
        new(layer.Name, layer.Op, group, layer.Weights.Count(), quantised, why, alone, loss);
}
