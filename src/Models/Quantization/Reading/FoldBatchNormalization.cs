using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Takes a BatchNormalization of constants behind a convolution into its weights and bias. ONNX Runtime does so itself with floats, but not where
/// the convolution is quantised: there it would stay among floats, and the convolution would have no bias and no activation behind it.
/// </summary>
internal sealed class FoldBatchNormalization : IGraphRewrite
{
    public string Name => "batch normalisations folded into convolutions";

    public int Apply(ModelProto model)
    {
        var (view, inputs, edits) = (new GraphView(model.Graph), new NewInputs(model.Graph), new NodeEdits());
        var count = 0;
        foreach (var node in model.Graph.Node)
        {
            if (!node.Is("BatchNormalization") || node.Output.Count(o => o.Length > 0) != 1 || node.Int("training_mode", 0) != 0) continue;
            if (view.ProducerOf(node.Input[0], "Conv") is not { } before || view.OnlyUserOf(node.Input[0]) is null || Convolution.Of(before, view) is not { } convolution) continue;
            if (Folded(convolution, node, view) is not var (weights, bias)) continue;
            var folded = before.Clone();
            folded.Input.Clear();
            folded.Input.Add([before.Input[0], inputs.Add(Tensors.Of(before.Input[1], weights, convolution.Dims)), inputs.Add(Tensors.Of(node.Input[2], bias, bias.Length))]);
            folded.Output[0] = node.Output[0];
            edits.Replace(before, folded);
            edits.Remove(node);
            count++;
        }
        edits.ApplyTo(model.Graph);
        if (count > 0) new DropUnused().Apply(model);
        return count;
    }

    /// <summary>The weights and bias that do both; null where that cannot be told.</summary>
    private static (float[] Weights, float[] Bias)? Folded(Convolution convolution, NodeProto node, GraphView view)
    {
        float[]?[] constants = [.. Enumerable.Range(1, 4).Select(i => view.ConstantOf(node.In(i))?.Floats())];
        if (constants is not [{ } scale, { } shift, { } mean, { } variance] || constants.Any(c => c!.Length != convolution.Outputs)) return null;
        var epsilon = node.Float("epsilon", 1e-5f);
        var (weights, bias) = (new float[convolution.Weights.Length], new float[convolution.Outputs]);
        var each = weights.Length / convolution.Outputs;
        for (var c = 0; c < bias.Length; c++)
        {
            var times = scale[c] / Math.Sqrt((double)variance[c] + epsilon);
            if (!double.IsFinite(times)) return null;
            for (var i = c * each; i < (c + 1) * each; i++) weights[i] = (float)(convolution.Weights[i] * times);
            bias[c] = (float)((((convolution.Bias?[c] ?? 0) - (double)mean[c]) * times) + shift[c]);
        }
        return (weights, bias);
    }
}
