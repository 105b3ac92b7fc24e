using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>What rounding weights adds on average, and that it is taken out.</summary>
public class BiasCorrectionSpecs
{
    private static readonly float[] Means = [3, -2, 5, 1];

    [Theory]
    [InlineData("Conv", 1, new long[] { 6, 4, 3, 3 })]
    [InlineData("Conv", 4, new long[] { 4, 1, 3, 3 })]
    [InlineData("Conv", 2, new long[] { 6, 2, 1, 1 })]
    [InlineData("Gemm", 0, new long[] { 4, 6 })]
    [InlineData("Gemm", 1, new long[] { 6, 4 })]
    public void Should_give_the_float_layer_s_mean_when_its_input_is_at_its_means(string op, int groupOrTransposed, long[] dims)
    {
        var layer = Made(op, groupOrTransposed, dims, bias: true);
        var weights = QuantisedWeights.Of(layer.Weights.Floats(), layer.Weights.Dims, layer.Axis, layer.Bias, 0.1f);
        float[] rounded = [.. weights.Values.Select((v, i) => v * weights.Scales[ChannelOf(layer, i)])];
        var corrected = BiasCorrection.Of(layer, weights, Means)!;
        var (expected, plain, found) = (Sums(layer, layer.Weights.Floats()!, layer.Bias!), Sums(layer, rounded, layer.Bias!), Sums(layer, rounded, corrected));
        Assert.All(expected.Zip(found), v => Assert.Equal(v.First, v.Second, 1e-4));
        Assert.Contains(expected.Zip(plain), v => Math.Abs(v.First - v.Second) > 1e-3);
    }

    [Fact]
    public void Should_give_a_bias_when_the_layer_had_none()
    {
        var layer = Made("Conv", 1, [6, 4, 1, 1], bias: false);
        Assert.Equal(6, BiasCorrection.Of(layer, QuantisedWeights.Of(layer.Weights.Floats(), layer.Weights.Dims, 0, null, 1), Means)!.Length);
    }

    [Fact]
    public void Should_leave_the_bias_when_the_means_are_of_other_channels()
    {
        var layer = Made("Conv", 1, [6, 4, 1, 1], bias: true);
        Assert.Same(layer.Bias, BiasCorrection.Of(layer, QuantisedWeights.Of(layer.Weights.Floats(), layer.Weights.Dims, 0, null, 1), [1, 2]));
    }

    private static Layer Made(string op, int groupOrTransposed, long[] dims, bool bias)
    {
        var outputs = op == "Gemm" && groupOrTransposed == 0 ? dims[1] : dims[0];
        var made = new MadeGraph(14).Input("x", 1, 4).Noise("w", dims).Noise("b", outputs)
            .Node(op, bias ? "x w b" : "x w", "y", Nodes.Attribute(op == "Conv" ? "group" : "transB", (long)groupOrTransposed));
        return Layer.AllOf(new GraphView(made.Graph)).Single();
    }

    private static int ChannelOf(Layer layer, int index)
    {
        var inner = layer.Weights.Dims.Skip(layer.Axis + 1).Aggregate(1L, (p, d) => p * d);
        return (int)(index / inner % layer.Weights.Dims[layer.Axis]);
    }

    /// <summary>The layer's outputs where each input channel is at its mean everywhere; computed the plain way.</summary>
    private static double[] Sums(Layer layer, float[] weights, float[] bias)
    {
        double[] sums = [.. bias.Select(b => (double)b)];
        var dims = layer.Weights.Dims;
        if (layer.Node.OpType == "Gemm")
        {
            for (var o = 0; o < sums.Length; o++)
                for (var i = 0; i < 4; i++) sums[o] += weights[layer.Axis == 0 ? (o * 4) + i : (i * sums.Length) + o] * Means[i];
            return sums;
        }
        var (perGroup, kernel, groups) = ((int)dims[1], (int)(dims[2] * dims[3]), (int)layer.Node.Int("group", 1));
        for (var o = 0; o < sums.Length; o++)
            for (var i = 0; i < perGroup; i++)
                for (var k = 0; k < kernel; k++) sums[o] += weights[(((o * perGroup) + i) * kernel) + k] * Means[(o / (sums.Length / groups) * perGroup) + i];
        return sums;
    }
}
