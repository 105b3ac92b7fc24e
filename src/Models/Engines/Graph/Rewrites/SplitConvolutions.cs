namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Makes a convolution for each part of a convolution's channels that is taken apart behind it: the parts then stay in the layout that
/// convolutions want, and nothing is copied.
/// </summary>
internal sealed class SplitConvolutions : IGraphRewrite
{
    private static readonly HashSet<string> Activations = new(["Relu", "HardSwish", "HardSigmoid", "Sigmoid", "LeakyRelu", "Tanh"], StringComparer.Ordinal);

    public string Name => "convolutions split with their outputs";

    public int Apply(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        var inputs = new NewInputs(model.Graph);
        var edits = new NodeEdits();
        var count = 0;
        foreach (var split in model.Graph.Node.Where(n => n.Is("Split") && n.Int("axis", 0) == 1))
        {
            var activation = view.ProducerOf(split.Input[0]) is { } last && Nodes.IsDefault(last.Domain) && Activations.Contains(last.OpType) ? last : null;
            var before = activation?.Input[0] ?? split.Input[0];
            if (view.ProducerOf(before, "Conv") is not { } node || Convolution.Of(node, view) is not { IsFull: true } convolution) continue;
            if (view.OnlyUserOf(before) is null || view.OnlyUserOf(split.Input[0]) is null || Parts(split, convolution.Outputs, view) is not { } parts) continue;
            var made = new List<NodeProto>();
            var first = 0;
            foreach (var (output, channels) in split.Output.Zip(parts))
            {
                var inner = activation is null ? output : inputs.Name($"{output}_before");
                made.Add(convolution.Of(node.Input[0], inner, [.. Enumerable.Range(first, (int)channels)], inputs));
                // No two nodes may have one name.
                if (first > 0) made[^1].ClearName();
                first += (int)channels;
                if (activation is null) continue;
                var applied = activation.Clone();
                (applied.Input[0], applied.Output[0]) = (inner, output);
                if (made.Count > 1) applied.ClearName();
                made.Add(applied);
            }
            edits.Remove(node);
            if (activation is not null) edits.Remove(activation);
            edits.Replace(split, [.. made]);
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;
    }

    /// <summary>Channels of each part; null where they are not known to be all there are.</summary>
    private static long[]? Parts(NodeProto split, int channels, GraphView view)
    {
        var parts = split.In(1).Length > 0 ? view.ConstantOf(split.In(1))?.Longs() : split.Find("split") is { } given ? [.. given.Ints]
            : channels % split.Output.Count == 0 ? [.. Enumerable.Repeat((long)(channels / split.Output.Count), split.Output.Count)] : null;
        return parts is not null && parts.Length == split.Output.Count && parts.All(p => p > 0) && parts.Sum() == channels ? parts : null;
    }
}
