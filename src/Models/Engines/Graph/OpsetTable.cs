namespace ActorPipeline.Engines.Graph;

/// <summary>What is known of how ONNX's operators changed up to version 17.</summary>
internal static class OpsetTable
{
    /// <summary>The version from which on an operator has meant the same; later versions only take more types or have more that can be left out.</summary>
    private static readonly Dictionary<string, int> Since = new(StringComparer.Ordinal)
    {
        ["Abs"] = 6, ["Add"] = 7, ["And"] = 7, ["ArgMax"] = 1, ["ArgMin"] = 1, ["AveragePool"] = 7, ["BatchNormalization"] = 9, ["Cast"] = 6, ["Ceil"] = 6,
        ["Clip"] = 6, ["Concat"] = 4, ["Constant"] = 1, ["ConstantOfShape"] = 9, ["Conv"] = 1, ["ConvInteger"] = 10, ["ConvTranspose"] = 1,
        ["DepthToSpace"] = 1, ["DequantizeLinear"] = 10, ["Div"] = 7, ["Dropout"] = 7, ["Elu"] = 6, ["Equal"] = 7, ["Erf"] = 9, ["Exp"] = 6,
        ["Expand"] = 8, ["Flatten"] = 1, ["Floor"] = 6, ["Gather"] = 1, ["Gemm"] = 7, ["GlobalAveragePool"] = 1, ["GlobalMaxPool"] = 1, ["Greater"] = 7,
        ["HardSigmoid"] = 6, ["HardSwish"] = 14, ["Identity"] = 1, ["InstanceNormalization"] = 6, ["LeakyRelu"] = 6, ["Less"] = 7, ["Log"] = 6,
        ["LogSoftmax"] = 1, ["LRN"] = 1, ["MatMul"] = 1, ["MatMulInteger"] = 10, ["Max"] = 8, ["MaxPool"] = 1, ["Mean"] = 8, ["Min"] = 8, ["Mul"] = 7,
        ["Neg"] = 6, ["Not"] = 1, ["Pad"] = 11, ["Pow"] = 7, ["PRelu"] = 7, ["QLinearConv"] = 10, ["QLinearMatMul"] = 10, ["QuantizeLinear"] = 10,
        ["Reciprocal"] = 6, ["ReduceMax"] = 1, ["ReduceMean"] = 1, ["ReduceMin"] = 1, ["ReduceSum"] = 1, ["Relu"] = 6, ["Reshape"] = 5, ["Resize"] = 11,
        ["Selu"] = 6, ["Shape"] = 1, ["Sigmoid"] = 6, ["Slice"] = 10, ["Softmax"] = 1, ["Softplus"] = 1, ["Softsign"] = 1, ["SpaceToDepth"] = 1,
        ["Split"] = 2, ["Sqrt"] = 6, ["Squeeze"] = 1, ["Sub"] = 7, ["Sum"] = 8, ["Tanh"] = 6, ["Tile"] = 6, ["Transpose"] = 1, ["Unsqueeze"] = 1, ["Where"] = 9,
    };

    /// <summary>Whether a node of this version means the same in a newer one, if need be once it is converted.</summary>
    public static bool Allows(NodeProto node, long version, GraphView view) =>
        Since.TryGetValue(node.OpType, out var since) && version >= since && node.OpType switch
        {
            // Training is told by an attribute since 14, by more outputs before.
            "BatchNormalization" => node.Output.Count == 1,
            "Dropout" => node.Output.Count == 1 || node.Output.Skip(1).All(o => view.UsersOf(o).Count == 0 && !view.IsOutput(o)),
            "Resize" => node.Find("coordinate_transformation_mode")?.S.ToStringUtf8() != "tf_half_pixel_for_nn",
            "Softmax" or "LogSoftmax" => version >= 13 || IsAlongOneAxis(node, view),
            // Before 11 an index that counts from the end was an error.
            _ => true,
        };

    /// <summary>Writes a node that <see cref="Allows"/> lets pass as a newer version has it.</summary>
    public static void Convert(NodeProto node, long version, NewInputs inputs)
    {
        switch (node.OpType)
        {
            case "Clip" when version < 11:
                var (low, high) = (node.Find("min"), node.Find("max"));
                if (low is not null || high is not null) node.Input.Add(low is null ? "" : inputs.Add(Tensors.Of("clip_min", [low.F])));
                if (high is not null) node.Input.Add(inputs.Add(Tensors.Of("clip_max", [high.F])));
                node.Attribute.Clear();
                break;
            case "Dropout" when version < 12:
                // How much is dropped says nothing where nothing is.
                node.Attribute.Clear();
                break;
            case "Softmax" or "LogSoftmax" when version < 13 && node.Find("axis") is null:
                node.Attribute.Add(Nodes.Attribute("axis", 1));
                break;
            case "Split" when version < 13:
                ToInput(node, "split", inputs);
                break;
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when version < 13:
                ToInput(node, "axes", inputs);
                break;
        }
    }

    private static void ToInput(NodeProto node, string attribute, NewInputs inputs)
    {
        if (node.Find(attribute) is not { } values) return;
        node.Input.Add(inputs.Add(Tensors.Of(attribute, [.. values.Ints], values.Ints.Count)));
        node.Attribute.Remove(values);
    }

    /// <summary>
    /// Before 13 all dimensions from the axis on were one. That is the same where those behind it are 1; the axis then is the one that the
    /// newer version sums along.
    /// </summary>
    private static bool IsAlongOneAxis(NodeProto node, GraphView view)
    {
        var axis = node.Int("axis", 1);
        if (axis == -1) return true;
        if ((view.ShapeOf(node.Input[0]) ?? view.ShapeOf(node.Output[0])) is not { } shape || axis < -shape.Length || axis >= shape.Length) return false;
        return shape.Skip((int)(axis < 0 ? axis + shape.Length : axis) + 1).All(d => d == 1);
    }
}
