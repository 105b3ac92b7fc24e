using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Writes matrix products as integer ones whose activations are quantised at each run: DynamicQuantizeLinear, MatMulInteger, and the product's
/// scales behind. ONNX Runtime fuses these into one kernel on the processor. All else stays as it is.
/// </summary>
internal sealed class DynamicWriter
{
    private readonly QdqPlan _plan;
    private readonly GraphView _view;
    private readonly QdqNodes _nodes;
    // A value that several products take is quantised once.
    private readonly Dictionary<string, (string Integers, string Scale, string Zero)> _quantised = new(StringComparer.Ordinal);

    private DynamicWriter(GraphProto graph, QdqPlan plan)
    {
        _plan = plan;
        _view = new GraphView(graph);
        _nodes = new QdqNodes(graph);
    }

    /// <summary>Whether a layer is a matrix product: an integer convolution is slower than a float one on the processor.</summary>
    public static bool Takes(Layer layer) => layer.Node.OpType is "Gemm" or "MatMul";

    /// <summary>Quantises a model.</summary>
    /// <param name="original">A float model, prepared; it is not changed.</param>
    /// <param name="plan">Which products; ranges are not asked for.</param>
    public static ModelProto Write(ModelProto original, QdqPlan plan)
    {
        var model = original.Clone();
        new DynamicWriter(model.Graph, plan).Write();
        new ShareInitializers().Apply(model);
        new DropUnused().Apply(model);
        return model;
    }

    private void Write()
    {
        foreach (var node in _view.Graph.Node)
        {
            if (_plan.Layers.Contains(node.Output[0])) WriteProduct(Layer.Of(node, _view)!);
            else _nodes.All.Add(node.Clone());
        }
        _view.Graph.Node.Clear();
        _view.Graph.Node.AddRange(_nodes.All);
    }

    private void WriteProduct(Layer layer)
    {
        var (integers, scale, zero) = Quantised(layer.Node.Input[0]);
        var (weights, dims) = ByColumns(layer);
        var quantised = QuantisedWeights.Of(weights, dims, axis: 1, bias: null, inputScale: 1);
        var name = layer.Node.Input[1];
        var constant = _nodes.Constant(quantised.Tensor($"{name}_quantized", dims));
        var scales = _nodes.Constant(Tensors.Of($"{name}_scale", quantised.Scales, quantised.Scales.Length));
        // The product keeps the layer's name.
        var sums = Add("MatMulInteger", layer.Name, [integers, constant, zero], $"{layer.Output}_sums");
        var floats = Add("Cast", _nodes.Name($"{layer.Output}_Cast"), [sums], $"{layer.Output}_cast", Nodes.Attribute("to", (long)Tensors.Float));
        var both = Add("Mul", _nodes.Name($"{layer.Output}_scales_Mul"), [scale, scales], $"{layer.Output}_scales");
        var bias = layer.Bias;
        var product = bias is null ? layer.Output : _nodes.Name($"{layer.Output}_product");
        _nodes.All.Add(Nodes.Make("Mul", _nodes.Name($"{layer.Output}_Mul"), [floats, both], product));
        if (bias is null) return;
        _nodes.All.Add(Nodes.Make("Add", _nodes.Name($"{layer.Output}_Add"), [product, _nodes.Constant(Tensors.Of($"{layer.Output}_bias", bias, bias.Length))], layer.Output));
    }

    private (string Integers, string Scale, string Zero) Quantised(string value)
    {
        if (_quantised.TryGetValue(value, out var there)) return there;
        var made = (_nodes.Name($"{value}_quantized"), _nodes.Name($"{value}_scale"), _nodes.Name($"{value}_zero"));
        var node = Nodes.Make("DynamicQuantizeLinear", _nodes.Name($"{value}_DynamicQuantizeLinear"), [value], made.Item1);
        node.Output.Add([made.Item2, made.Item3]);
        _nodes.All.Add(node);
        return _quantised[value] = made;
    }

    private string Add(string op, string name, IEnumerable<string> inputs, string result, params AttributeProto[] attributes)
    {
        var output = _nodes.Name(result);
        _nodes.All.Add(Nodes.Make(op, name, inputs, output, attributes));
        return output;
    }

    /// <summary>Weights as a MatMul takes them: a column for each output.</summary>
    private static (float[] Weights, long[] Dims) ByColumns(Layer layer)
    {
        var (weights, dims) = (layer.Weights.Floats()!, layer.Weights.Dims);
        if (layer.Axis == 1) return (weights, [.. dims]);
        var (columns, rows) = ((int)dims[0], (int)dims[1]);
        var turned = new float[weights.Length];
        for (var c = 0; c < columns; c++)
            for (var r = 0; r < rows; r++) turned[(r * columns) + c] = weights[(c * rows) + r];
        return (turned, [rows, columns]);
    }
}
