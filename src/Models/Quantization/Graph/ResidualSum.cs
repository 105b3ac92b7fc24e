using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Which inputs of a sum TensorRT wants quantised: where one comes straight from a quantised layer, the others. That layer takes the sum into its
/// kernel, whose result is integers only where the other inputs are.
/// </summary>
internal static class ResidualSum
{
    /// <summary>Indices of the inputs; none where the node is no such sum.</summary>
    /// <param name="node">Any node.</param>
    /// <param name="view">Its graph.</param>
    /// <param name="layers">The quantised layers, by what they give.</param>
    public static IEnumerable<int> Rounded(NodeProto node, GraphView view, IReadOnlySet<string> layers)
    {
        if (!node.Is("Add") || node.Input.Any(i => view.ConstantOf(i) is not null)) return [];
        // Of two such layers one is enough, and the other's result is an input like any.
        var fused = node.Input.ToList().FindIndex(i => ComesStraight(i, view, layers));
        return fused < 0 ? [] : Enumerable.Range(0, node.Input.Count).Where(i => i != fused);
    }

    /// <summary>Whether a value is a quantised layer's, through an activation or without, and goes nowhere else.</summary>
    private static bool ComesStraight(string value, GraphView view, IReadOnlySet<string> layers) => view.OnlyUserOf(value) is not null
        && (layers.Contains(value) || (view.ProducerOf(value) is { } node && IsActivation(node) && layers.Contains(node.Input[0]) && view.OnlyUserOf(node.Input[0]) is not null));

    private static bool IsActivation(NodeProto node) => Nodes.IsDefault(node.Domain) && node.OpType is "Relu" or "Clip" or "LeakyRelu" or "Sigmoid" or "HardSigmoid" or "HardSwish";
}
