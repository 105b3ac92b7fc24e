using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>What an operator between quantised layers is in integers.</summary>
internal enum IntegerForm
{
    /// <summary>It has none: it stays among floats.</summary>
    None,

    /// <summary>It moves numbers and leaves them as they are: what it gives has the scale of what it gets.</summary>
    Moves,

    /// <summary>It has a kernel of its own, whose result has a scale of its own.</summary>
    Computes,

    /// <summary>It cuts off what is below or above: the range of the result does that already.</summary>
    Clamps,

    /// <summary>A hard sigmoid or what is made of one.</summary>
    Gates,
}

/// <summary>What ONNX Runtime runs in integers on the processor (its QDQ selectors; docs/quantization.md).</summary>
internal static class IntegerOps
{
    /// <summary>What a node is in integers.</summary>
    public static IntegerForm FormOf(NodeProto node, GraphView view) => !Nodes.IsDefault(node.Domain) ? IntegerForm.None : node.OpType switch
    {
        "Reshape" or "Transpose" or "Squeeze" or "Unsqueeze" or "Gather" or "MaxPool" or "Split" or "Slice" when node.OpType != "MaxPool" || node.Output.Count == 1 => IntegerForm.Moves,
        // Only the nearest pixel leaves numbers as they are.
        "Resize" when (node.Find("mode")?.S.ToStringUtf8() ?? "nearest") == "nearest" => IntegerForm.Moves,
        "AveragePool" or "GlobalAveragePool" or "Concat" or "Add" or "Mul" or "LeakyRelu" or "Sigmoid" => IntegerForm.Computes,
        "Relu" => IntegerForm.Clamps,
        "Clip" when Low(node, view) is <= 0 && High(node, view) is > 0 => IntegerForm.Clamps,
        "HardSwish" => IntegerForm.Gates,
        // Both ends have to be integers' multiples of one step.
        "HardSigmoid" when node.Float("beta", 0.5f) == 0.5f && node.Float("alpha", 0.2f) > 0 => IntegerForm.Gates,
        _ => IntegerForm.None,
    };

    /// <summary>The inputs that are activations.</summary>
    public static IEnumerable<string> Activations(NodeProto node, GraphView view) => node.OpType switch
    {
        "Concat" or "Add" or "Mul" => node.Input.Where(i => view.ConstantOf(i) is null),
        _ => node.Input.Take(1),
    };

    /// <summary>The lower end of a Clip.</summary>
    public static float? Low(NodeProto clip, GraphView view) => clip.In(1).Length == 0 ? float.NegativeInfinity : view.NumberOf(clip.In(1));

    /// <summary>The upper end of a Clip.</summary>
    public static float? High(NodeProto clip, GraphView view) => clip.In(2).Length == 0 ? float.PositiveInfinity : view.NumberOf(clip.In(2));
}
