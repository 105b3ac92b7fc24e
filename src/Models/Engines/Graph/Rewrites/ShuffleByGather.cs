namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Makes one Gather of a channel shuffle (<c>[N,C,H,W] -> [N,g,C/g,H,W] -> [N,C/g,g,H,W] -> [N,C,H,W]</c>), or one for each part where the
/// shuffled channels are then taken apart: each channel is copied once.
/// </summary>
internal sealed class ShuffleByGather : IGraphRewrite
{
    public string Name => "channel shuffles made one step";

    public int Apply(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        var inputs = new NewInputs(model.Graph);
        var edits = new NodeEdits();
        var count = 0;
        foreach (var transpose in model.Graph.Node.Where(n => n.Is("Transpose")))
        {
            if (transpose.Find("perm")?.Ints is not [0, 2, 1, 3, 4] || view.ProducerOf(transpose.Input[0], "Reshape") is not { } apart) continue;
            if (view.OnlyUserOf(transpose.Input[0]) is null || view.OnlyUserOf(transpose.Output[0]) is not { } together || !together.Is("Reshape")) continue;
            if (view.ShapeOf(apart.Input[0]) is not [var batch, var channels, var height, var width] || apart.Int("allowzero", 0) + together.Int("allowzero", 0) != 0) continue;
            if (view.ConstantOf(apart.In(1))?.Longs() is not [var n, var groups, var each, var h, var w] || groups <= 0 || each <= 0) continue;
            if ((n, groups * each, h, w) != (batch, channels, height, width)) continue;
            if (view.ConstantOf(together.In(1))?.Longs() is not { } joined || !joined.SequenceEqual([batch, channels, height, width])) continue;
            long[] order = [.. from i in Enumerable.Range(0, (int)each) from g in Enumerable.Range(0, (int)groups) select (g * each) + i];
            edits.Remove(apart);
            edits.Remove(transpose);
            var split = view.OnlyUserOf(together.Output[0]) is { } user && user.Is("Split") && user.Int("axis", 0) == 1 ? user : null;
            if (split is not null && view.ConstantOf(split.In(1))?.Longs() is { } parts && parts.Length == split.Output.Count && parts.Sum() == channels)
            {
                edits.Remove(together);
                var first = 0;
                edits.Replace(split, [.. split.Output.Zip(parts, (output, part) => Gather(apart, order[first..(first += (int)part)], output))]);
            }
            else
            {
                edits.Replace(together, Gather(apart, order, together.Output[0]));
            }
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;

        NodeProto Gather(NodeProto apart, long[] order, string output) =>
            Nodes.Make("Gather", "", [apart.Input[0], inputs.Add(Tensors.Of($"{output}_order", order, order.Length))], output, Nodes.Attribute("axis", 1));
    }
}
