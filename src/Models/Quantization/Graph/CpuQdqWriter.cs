using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Writes a model in the Q/DQ form that ONNX Runtime fuses into integer kernels on the processor: unsigned asymmetric activations, signed
/// weights with a scale for each channel, 32-bit biases, and every value between quantised layers in integers.
/// </summary>
internal sealed class CpuQdqWriter
{
    private readonly GraphView _view;
    private readonly QdqPlan _plan;
    private readonly IntegerRegion _region;
    private readonly QdqNodes _nodes;
    // Of each value that is there in integers: their name, and how they stand for floats.
    private readonly Dictionary<string, (string Name, Affine Affine)> _integers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _floats = new(StringComparer.Ordinal);
    private readonly HashSet<NodeProto> _absorbed = new(ReferenceEqualityComparer.Instance);

    private CpuQdqWriter(GraphProto graph, QdqPlan plan)
    {
        _view = new GraphView(graph);
        _plan = plan;
        _region = new IntegerRegion(_view, plan.Layers);
        _nodes = new QdqNodes(graph);
    }

    /// <summary>Quantises a model.</summary>
    /// <param name="original">A float model, prepared; it is not changed.</param>
    /// <param name="plan">What and how.</param>
    public static ModelProto Write(ModelProto original, QdqPlan plan)
    {
        var model = original.Clone();
        new CpuQdqWriter(model.Graph, plan).Write();
        new ShareInitializers().Apply(model);
        new DropUnused().Apply(model);
        return model;
    }

    private void Write()
    {
        foreach (var node in _view.Graph.Node)
        {
            if (_absorbed.Contains(node)) continue;
            if (!_region.Has(node)) WriteFloat(node);
            else if (_plan.Layers.Contains(node.Output[0])) WriteLayer(Layer.Of(node, _view)!);
            else if (IntegerOps.FormOf(node, _view) == IntegerForm.Gates) WriteGate(node);
            else if (IntegerOps.FormOf(node, _view) == IntegerForm.Moves) WriteMove(node);
            else WriteComputed(node);
        }
        foreach (var output in _view.Graph.Output)
            if (_integers.ContainsKey(output.Name) && !_floats.ContainsKey(output.Name)) FloatsOf(output.Name);
        _view.Graph.Node.Clear();
        _view.Graph.Node.AddRange(_nodes.All);
        // Of values that may no longer be.
        _view.Graph.ValueInfo.Clear();
    }

    private void WriteFloat(NodeProto node)
    {
        var written = node.Clone();
        for (var i = 0; i < written.Input.Count; i++)
            if (_region.Gives(written.Input[i])) written.Input[i] = FloatsOf(written.Input[i]);
        _nodes.All.Add(written);
    }

    private void WriteLayer(Layer layer)
    {
        var clamp = _region.ClampOf(layer.Node);
        if (clamp is not null) _absorbed.Add(clamp);
        var result = clamp?.Output[0] ?? layer.Output;
        var input = layer.Node.Input[0];
        var picture = FloatsOf(input);
        var scale = _integers[input].Affine.Scale;
        var weights = QuantisedWeights.Of(layer.Weights.Floats(), layer.Weights.Dims, layer.Axis, layer.Bias, scale);
        var bias = _plan.BiasOf(layer, weights);
        var node = layer.Node.Clone();
        node.Input.Clear();
        node.Input.Add([picture, _nodes.Weights(layer, weights)]);
        if (bias is not null) node.Input.Add(_nodes.Bias(layer, weights, bias, scale));
        // The one product that gives floats from integers; the model ends with it, or with what takes floats.
        if (node.OpType is "Gemm" && _view.UsersOf(result).All(u => !_region.Has(u)) && clamp is null)
        {
            _nodes.All.Add(node);
            _floats[result] = result;
            return;
        }
        Give(node, result, clamp is null ? AffineBehind(result) : AffineInside(result, clamp));
    }

    /// <summary>How a result is told: as the gate behind it wants, else by its range.</summary>
    private Affine AffineBehind(string result) =>
        _view.OnlyUserOf(result) is { } gate && _region.Has(gate) && IntegerOps.FormOf(gate, _view) == IntegerForm.Gates ? StepsOf(gate).Input : AffineOf(result);

    /// <summary>How a result is told whose integers have to cut off what a node did: as the whole that it goes into only where that cuts off the same.</summary>
    private Affine AffineInside(string result, NodeProto clamp)
    {
        var (low, high) = clamp.OpType == "Relu" ? (0, float.PositiveInfinity) : (IntegerOps.Low(clamp, _view)!.Value, IntegerOps.High(clamp, _view)!.Value);
        var whole = AffineOf(result);
        // Zero is a whole number of steps, so that the ends may be off by half of one.
        var room = whole.Scale / 2;
        return whole.Dequantise(whole.Lowest) >= low - room && whole.Dequantise(whole.Highest) <= high + room ? whole : RangeOf(result);
    }

    /// <summary>What is concatenated and used nowhere else is told as the whole is: then its bytes are copied, and rounded once instead of twice.</summary>
    private Affine AffineOf(string value)
    {
        while (_view.OnlyUserOf(value) is { OpType: "Concat" } concat && _region.Has(concat)) value = concat.Output[0];
        return RangeOf(value);
    }

    private Affine RangeOf(string value) => _plan.Ranges.TryGetValue(value, out var range)
        ? Affine.Unsigned(range.Min, range.Max)
        : throw new InvalidOperationException($"Nobody said which numbers '{value}' takes.");

    private HardGateSteps StepsOf(NodeProto gate) => gate.OpType == "HardSwish"
        ? HardGateSteps.For(3, _plan.Ranges[gate.Input[0]].Max)
        : HardGateSteps.For(0.5f / gate.Float("alpha", 0.2f), 0);

    private void WriteGate(NodeProto node)
    {
        var (input, result) = (node.Input[0], node.Output[0]);
        var (integers, affine) = _integers[input];
        var steps = StepsOf(node);
        var gate = steps.Open < 255 ? _nodes.Min(integers, result, steps.Open) : integers;
        if (node.OpType == "HardSigmoid")
        {
            _integers[result] = (gate, steps.Gate);
            return;
        }
        var x = _nodes.Dequantise(integers, input, affine);
        var open = _nodes.Dequantise(gate, $"{result}_gate", steps.Gate);
        var product = Nodes.Make("Mul", node.Name, [x, open], result);
        Give(product, result, AffineOf(result));
    }

    private void WriteMove(NodeProto node)
    {
        var affine = TakeIntegers(node.Input[0]).Affine;
        var written = node.Clone();
        written.Input[0] = FloatsOf(node.Input[0]);
        _nodes.All.Add(written);
        for (var i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length == 0) continue;
            written.Output[i] = _nodes.Name($"{node.Output[i]}_moved");
            _integers[node.Output[i]] = (_nodes.Quantise(written.Output[i], node.Output[i], affine), affine);
        }
    }

    private void WriteComputed(NodeProto node)
    {
        var written = node.Clone();
        var activations = IntegerOps.Activations(node, _view).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < node.Input.Count; i++)
            written.Input[i] = activations.Contains(node.Input[i]) ? FloatsOf(node.Input[i]) : ConstantOf(node.Input[i]);
        Give(written, node.Output[0], AffineBehind(node.Output[0]));
    }

    private string ConstantOf(string name)
    {
        if (_view.ConstantOf(name)?.Floats() is not { Length: > 0 } values) return name;
        var affine = Affine.Unsigned(values.Min(), values.Max());
        var tensor = new TensorProto { Name = $"{name}_quantized", DataType = Tensors.UInt8, Dims = { _view.ConstantOf(name)!.Dims } };
        tensor.RawData = Google.Protobuf.ByteString.CopyFrom([.. values.Select(v => (byte)affine.Quantise(v))]);
        return _nodes.Dequantise(_nodes.Constant(tensor), name, affine);
    }

    /// <summary>Adds a node whose one result becomes integers.</summary>
    private void Give(NodeProto node, string result, Affine affine)
    {
        node.Output[0] = _nodes.Name($"{result}_float");
        _nodes.All.Add(node);
        _integers[result] = (_nodes.Quantise(node.Output[0], result, affine), affine);
    }

    private (string Name, Affine Affine) TakeIntegers(string value)
    {
        if (_integers.TryGetValue(value, out var there)) return there;
        var affine = AffineOf(value);
        return _integers[value] = (_nodes.Quantise(value, value, affine), affine);
    }

    /// <summary>A value's floats as integers stand for them; one that the model gives out keeps its name.</summary>
    private string FloatsOf(string value)
    {
        if (_floats.TryGetValue(value, out var floats)) return floats;
        var (integers, affine) = TakeIntegers(value);
        return _floats[value] = _nodes.Dequantise(integers, value, affine, _view.IsOutput(value) && _region.Gives(value) ? value : null);
    }
}
