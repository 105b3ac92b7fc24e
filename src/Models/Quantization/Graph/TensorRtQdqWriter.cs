using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Writes a model in the Q/DQ form that TensorRT takes as explicitly quantised: signed symmetric activations in front of each quantised layer, each
/// with a pair of nodes of its own, signed weights with a scale for each channel, and biases in floats. Nothing is quantised behind a layer, so that
/// what follows it is fused with it.
/// </summary>
internal sealed class TensorRtQdqWriter
{
    private readonly GraphView _view;
    private readonly QdqPlan _plan;
    private readonly QdqNodes _nodes;

    private TensorRtQdqWriter(GraphProto graph, QdqPlan plan)
    {
        _view = new GraphView(graph);
        _plan = plan;
        _nodes = new QdqNodes(graph);
    }

    /// <summary>Quantises a model.</summary>
    /// <param name="original">A float model, prepared; it is not changed.</param>
    /// <param name="plan">What and how.</param>
    public static ModelProto Write(ModelProto original, QdqPlan plan)
    {
        var model = original.Clone();
        new TensorRtQdqWriter(model.Graph, plan).Write();
        new ShareInitializers().Apply(model);
        new DropUnused().Apply(model);
        return model;
    }

    private void Write()
    {
        foreach (var node in _view.Graph.Node)
        {
            if (_plan.Layers.Contains(node.Output[0])) WriteLayer(Layer.Of(node, _view)!);
            else WriteOther(node);
        }
        _view.Graph.Node.Clear();
        _view.Graph.Node.AddRange(_nodes.All);
    }

    private void WriteLayer(Layer layer)
    {
        var weights = QuantisedWeights.Of(layer.Weights.Floats(), layer.Weights.Dims, layer.Axis, bias: null, inputScale: 1);
        var node = layer.Node.Clone();
        node.Input[0] = Rounded(node.Input[0], layer.Output);
        node.Input[1] = _nodes.Weights(layer, weights);
        var bias = _plan.BiasOf(layer, weights);
        if (bias is null || ReferenceEquals(bias, layer.Bias)) _nodes.All.Add(node);
        else _nodes.AddBiased(node, bias);
    }

    private void WriteOther(NodeProto node)
    {
        var written = node.Clone();
        foreach (var i in ResidualSum.Rounded(node, _view, _plan.Layers)) written.Input[i] = Rounded(node.Input[i], node.Output[0]);
        _nodes.All.Add(written);
    }

    /// <summary>A value as integers would tell it, for one who takes it: TensorRT wants no pair of nodes to have two.</summary>
    private string Rounded(string value, string taker)
    {
        if (!_plan.Ranges.TryGetValue(value, out var range)) throw new InvalidOperationException($"Nobody said which numbers '{value}' takes.");
        var affine = Affine.Symmetric(Math.Max(Math.Abs((double)range.Min), Math.Abs((double)range.Max)));
        return _nodes.Dequantise(_nodes.Quantise(value, $"{taker}_{value}", affine), $"{taker}_{value}", affine);
    }
}
