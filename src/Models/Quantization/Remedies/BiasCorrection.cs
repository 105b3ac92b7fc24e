using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Takes out of a layer's results what rounding its weights adds to them on average: the rounding errors times the mean of each input channel
/// (Nagel et al., 2019; here with the means that calibration saw). Borders, where a convolution meets zeros, are taken for the rest.
/// </summary>
internal static class BiasCorrection
{
    /// <summary>The bias in the place of the layer's own.</summary>
    /// <param name="layer">The float layer.</param>
    /// <param name="weights">Its weights as they were quantised.</param>
    /// <param name="means">Of each channel of its input; for a matrix product of each column.</param>
    /// <returns>One for each output; the layer's own where its input has other channels, or it takes none.</returns>
    public static float[]? Of(Layer layer, QuantisedWeights weights, float[] means)
    {
        var dims = layer.Weights.Dims;
        if (layer.Node.OpType == "MatMul" || Inputs(layer) != means.Length) return layer.Bias;
        var floats = layer.Weights.Floats()!;
        var added = new double[layer.Channels];
        var (outer, inner) = ((int)dims[0], floats.Length / (int)dims[0]);
        var kernel = (int)dims.Skip(2).Aggregate(1L, (product, d) => product * d);
        var (group, perGroup) = (layer.Node.OpType == "Conv" ? (int)layer.Node.Int("group", 1) : 1, (int)dims[1]);
        for (var i = 0; i < floats.Length; i++)
        {
            var (first, second) = (i / inner, i % inner / kernel);
            var (output, input) = layer.Axis == 0 ? (first, (first / (outer / group) * perGroup) + second) : (second, first);
            added[output] += (((double)weights.Values[i] * weights.Scales[output]) - floats[i]) * means[input];
        }
        var bias = layer.Bias is { } own ? [.. own] : new float[layer.Channels];
        for (var c = 0; c < bias.Length; c++) bias[c] -= (float)added[c];
        return bias;
    }

    private static int Inputs(Layer layer) => layer.Node.OpType == "Conv" ? (int)(layer.Weights.Dims[1] * layer.Node.Int("group", 1)) : (int)layer.Weights.Dims[1 - layer.Axis];
}
