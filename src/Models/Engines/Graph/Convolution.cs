namespace ActorPipeline.Engines.Graph;

/// <summary>A convolution of floats whose weights are constant.</summary>
/// <param name="Node">Inputs: picture, weights, and a bias or none.</param>
/// <param name="Weights">[outputs, inputs / groups, ...].</param>
/// <param name="Dims">Their dimensions.</param>
/// <param name="Bias">One for each output; null where there is none.</param>
internal sealed record Convolution(NodeProto Node, float[] Weights, long[] Dims, float[]? Bias)
{
    public int Outputs => (int)Dims[0];

    /// <summary>Inputs that each output sums over.</summary>
    public int Inputs => (int)Dims[1];

    /// <summary>Weights of one output for one input.</summary>
    public int Kernel => Weights.Length / Outputs / Inputs;

    /// <summary>Whether each output sums over all inputs.</summary>
    public bool IsFull => Node.Int("group", 1) == 1;

    /// <summary>Whether each output comes from the one input of its number.</summary>
    public bool IsDepthwise => Node.Int("group", 1) == Outputs && Inputs == 1;

    /// <summary>Reads a node; null where it is none of these.</summary>
    public static Convolution? Of(NodeProto node, GraphView view)
    {
        if (!node.Is("Conv") || view.ConstantOf(node.In(1)) is not { } tensor || tensor.Floats() is not { Length: > 0 } weights || tensor.Dims.Count < 3) return null;
        if (node.In(2).Length == 0) return new Convolution(node, weights, [.. tensor.Dims], null);
        return view.ConstantOf(node.In(2))?.Floats() is { } bias && bias.Length == tensor.Dims[0] ? new Convolution(node, weights, [.. tensor.Dims], bias) : null;
    }

    /// <summary>The same over another picture with other weights and bias, which are added to the graph.</summary>
    public NodeProto With(string picture, string output, float[] weights, long[] dims, float[]? bias, NewInputs inputs)
    {
        var node = Node.Clone();
        node.Input.Clear();
        node.Input.Add([picture, inputs.Add(Tensors.Of(Node.Input[1], weights, dims))]);
        if (bias is not null) node.Input.Add(inputs.Add(Tensors.Of(Node.Input[2], bias, bias.Length)));
        node.Output[0] = output;
        return node;
    }

    /// <summary>The same for some of its outputs, in this order. Depthwise, or over all inputs.</summary>
    public NodeProto Of(string picture, string output, int[] outputs, NewInputs inputs)
    {
        var size = Inputs * Kernel;
        var weights = outputs.SelectMany(o => Weights.AsSpan(o * size, size).ToArray()).ToArray();
        return With(picture, output, weights, [outputs.Length, .. Dims[1..]], Bias is null ? null : [.. outputs.Select(o => Bias[o])], inputs);
    }

    /// <summary>The same over a picture whose channels come in another order: for each of its own inputs, the channel that now holds it.</summary>
    public NodeProto Over(string picture, int[] order, NewInputs inputs)
    {
        var weights = new float[Weights.Length];
        for (var o = 0; o < Outputs; o++)
        {
            for (var i = 0; i < Inputs; i++)
                Weights.AsSpan(((o * Inputs) + i) * Kernel, Kernel).CopyTo(weights.AsSpan(((o * Inputs) + order[i]) * Kernel));
        }
        return With(picture, Node.Output[0], weights, Dims, Bias, inputs);
    }
}
