using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>A convolution or matrix product with constant weights: what can be quantised.</summary>
/// <param name="Node">Inputs: activations, weights, and a bias or none.</param>
/// <param name="Weights">The weights.</param>
/// <param name="Axis">Which of their dimensions counts outputs.</param>
/// <param name="Bias">One for each output; null for none.</param>
internal sealed record Layer(NodeProto Node, TensorProto Weights, int Axis, float[]? Bias)
{
    /// <summary>By which it is known: what it gives.</summary>
    public string Output => Node.Output[0];

    /// <summary>For people.</summary>
    public string Name => Node.Name.Length > 0 ? Node.Name : Output;

    /// <summary>For people.</summary>
    public string Op => IsDepthwise ? "Conv (depthwise)" : Node.OpType;

    /// <summary>Whether each output comes from one input channel.</summary>
    public bool IsDepthwise => Node.OpType == "Conv" && Node.Int("group", 1) > 1 && Weights.Dims[1] == 1;

    /// <summary>Outputs that have a scale of their own.</summary>
    public int Channels => (int)Weights.Dims[Axis];

    /// <summary>Reads a node; null where it is none.</summary>
    public static Layer? Of(NodeProto node, GraphView view)
    {
        if (!node.Is("Conv") && !node.Is("Gemm") && !node.Is("MatMul")) return null;
        if (view.ConstantOf(node.In(0)) is not null || view.ConstantOf(node.In(1)) is not { DataType: Tensors.Float } weights) return null;
        if (weights.Dims.Count < 2 || weights.Dims.Any(d => d <= 0) || weights.Floats() is null) return null;
        if (node.OpType == "MatMul" && weights.Dims.Count != 2) return null;
        if (node.OpType == "Gemm" && (node.Int("transA", 0) != 0 || node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1)) return null;
        var axis = node.OpType switch { "Conv" => 0, "Gemm" when node.Int("transB", 0) != 0 => 0, _ => 1 };
        var bias = node.In(2).Length > 0 ? view.ConstantOf(node.In(2))?.Floats() : null;
        // A bias that is no constant, or one for all, is added by nobody's integer kernel.
        if (node.In(2).Length > 0 && bias?.Length != weights.Dims[axis]) return null;
        return new Layer(node, weights, axis, bias);
    }

    /// <summary>All of a graph, in its order.</summary>
    public static IReadOnlyList<Layer> AllOf(GraphView view) => [.. view.Graph.Node.Select(n => Of(n, view)).OfType<Layer>()];
}
