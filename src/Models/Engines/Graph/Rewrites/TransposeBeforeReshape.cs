namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Turns <c>[1,C,H,W] -> [1,C,H*W] -> [1,H*W,C]</c> round into <c>-> [1,H,W,C] -> [1,H*W,C]</c>. ONNX Runtime does the transposing in one
/// step with leaving the layout that convolutions want, and the reshaping costs nothing.
/// </summary>
internal sealed class TransposeBeforeReshape : IGraphRewrite
{
    public string Name => "transposed before reshaped";

    public int Apply(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        var inputs = new NewInputs(model.Graph);
        var edits = new NodeEdits();
        var count = 0;
        foreach (var transpose in model.Graph.Node.Where(n => n.Is("Transpose")))
        {
            if (transpose.Find("perm")?.Ints is not [0, 2, 1] || view.ProducerOf(transpose.Input[0], "Reshape") is not { } reshape) continue;
            if (view.OnlyUserOf(transpose.Input[0]) is null || view.ShapeOf(reshape.Input[0]) is not [var batch, var channels, var height, var width]) continue;
            if (view.ConstantOf(reshape.In(1))?.Longs() is not [var first, var second, var third] || reshape.Int("allowzero", 0) != 0) continue;
            if ((first != batch && first != 0) || (second != channels && second != 0) || (third != -1 && third != height * width)) continue;
            var turned = inputs.Name($"{transpose.Output[0]}_turned");
            var shape = inputs.Add(Tensors.Of(reshape.Input[1], [batch, height * width, channels], 3));
            edits.Remove(reshape);
            edits.Replace(
                transpose,
                Nodes.Make("Transpose", transpose.Name, [reshape.Input[0]], turned, Nodes.Attribute("perm", [0, 2, 3, 1])),
                Nodes.Make("Reshape", reshape.Name, [turned, shape], transpose.Output[0]));
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;
    }
}
