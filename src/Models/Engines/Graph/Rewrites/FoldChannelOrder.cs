namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Takes a choice of channels (Gather) into the weights of the convolutions behind it. A depthwise convolution keeps the channels in the
/// order they come in and hands the reordering on to the convolutions behind it.
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
            var (picture, chosen) = (gather.Input[0], gather.Output[0]);
            if (view.IsOutput(chosen) || view.ShapeOf(picture) is not [_, var channels, _, _] || view.ConstantOf(gather.Input[1]) is not { Dims.Count: 1 } indices) continue;
            if (indices.Longs() is not { } longs || longs.Any(i => i < 0 || i >= channels) || longs.Distinct().Count() != longs.Length) continue;
            var order = longs.Select(i => (int)i).ToArray();
            if (!TryFold(picture, chosen, order, (int)channels, view, inputs, edits)) continue;
            edits.Remove(gather);
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;
    }

    /// <summary>Changes whoever takes the chosen channels, all or none of them.</summary>
    private static bool TryFold(string picture, string chosen, int[] order, int channels, GraphView view, NewInputs inputs, NodeEdits edits)
    {
        // Made once nothing stands against it any more: what is made adds weights to the graph.
        var folded = new List<(NodeProto From, Func<NodeProto> Make)>();
        foreach (var user in view.UsersOf(chosen))
        {
            if (edits.Touches(user) || user.In(0) != chosen || Convolution.Of(user, view) is not { } convolution) return false;
            if (convolution.IsFull && convolution.Inputs == order.Length)
            {
                // Channels that are not chosen are multiplied with nothing, which only small kernels are worth.
                if (order.Length < channels && convolution.Kernel > 1) return false;
                folded.Add((user, () => convolution.Over(picture, order, channels, inputs)));
            }
            else if (convolution.IsDepthwise && order.Length == channels && convolution.Outputs == channels && !view.IsOutput(user.Output[0]))
            {
                var behind = view.UsersOf(user.Output[0]).Select(n => n.In(0) == user.Output[0] && !edits.Touches(n) ? Convolution.Of(n, view) : null).ToArray();
                if (behind.Any(b => b is not { IsFull: true })) return false;
                var back = new int[channels];
                for (var i = 0; i < channels; i++) back[order[i]] = i;
                folded.Add((user, () => convolution.Of(picture, user.Output[0], back, inputs)));
                folded.AddRange(behind.Select(b => (b!.Node, (Func<NodeProto>)(() => b.Over(user.Output[0], order, channels, inputs)))));
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
