namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Takes another order of the channels (Gather) into the weights of the convolutions behind it. A depthwise convolution keeps the order
/// they come in and hands the reordering on to the convolutions behind it.
/// </summary>
internal sealed class FoldChannelOrder : IGraphRewrite
{
    public string Name => "channel orders folded into weights";

    public int Apply(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        var inputs = new NewInputs(model.Graph);
        var edits = new NodeEdits();
        var count = 0;
        foreach (var gather in model.Graph.Node.Where(n => n.Is("Gather") && n.Int("axis", 0) == 1))
        {
            var (picture, reordered) = (gather.Input[0], gather.Output[0]);
            if (view.IsOutput(reordered) || view.ShapeOf(picture) is not [_, var channels, _, _] || view.ConstantOf(gather.Input[1]) is not { Dims.Count: 1 } indices) continue;
            // All channels and each once: some of them would have to be multiplied with nothing, which costs as much and is no 0 where they are infinite.
            if (indices.Longs() is not { } longs || longs.Length != channels || !longs.Order().SequenceEqual(Enumerable.Range(0, longs.Length).Select(i => (long)i))) continue;
            if (!TryFold(picture, reordered, [.. longs.Select(i => (int)i)], view, inputs, edits)) continue;
            edits.Remove(gather);
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;
    }

    /// <summary>Changes whoever takes the reordered channels, all or none of them.</summary>
    private static bool TryFold(string picture, string reordered, int[] order, GraphView view, NewInputs inputs, NodeEdits edits)
    {
        // Made once nothing stands against it any more: what is made adds weights to the graph.
        var folded = new List<(NodeProto From, Func<NodeProto> Make)>();
        foreach (var user in view.UsersOf(reordered))
        {
            if (edits.Touches(user) || user.In(0) != reordered || Convolution.Of(user, view) is not { } convolution) return false;
            if (convolution.IsFull && convolution.Inputs == order.Length)
            {
                folded.Add((user, () => convolution.Over(picture, order, inputs)));
            }
            else if (convolution.IsDepthwise && convolution.Outputs == order.Length && !view.IsOutput(user.Output[0]))
            {
                var behind = view.UsersOf(user.Output[0]).Select(n => n.In(0) == user.Output[0] && !edits.Touches(n) ? Convolution.Of(n, view) : null).ToArray();
                if (behind.Any(b => b is not { IsFull: true })) return false;
                var back = new int[order.Length];
                for (var i = 0; i < order.Length; i++) back[order[i]] = i;
                folded.Add((user, () => convolution.Of(picture, user.Output[0], back, inputs)));
                folded.AddRange(behind.Select(b => (b!.Node, (Func<NodeProto>)(() => b.Over(user.Output[0], order, inputs)))));
            }
            else
            {
                return false;
            }
        }
        foreach (var (from, make) in folded) edits.Replace(from, make());
        return folded.Count > 0;
    }
}
