namespace ActorPipeline.Engines.Graph;

/// <summary>Removes nodes that hand on what they get: Identity, and Dropout as it is when nobody trains.</summary>
internal sealed class RemoveNoOps : IGraphRewrite
{
    public string Name => "nodes without effect removed";

    public int Apply(ModelProto model)
    {
        var graph = model.Graph;
        var count = 0;
        // One at a time: the value that one hands on may be handed on by the next.
        while (Find(new GraphView(graph), OpsetRaise.VersionOf(model)) is { } found)
        {
            var (node, from, to) = found;
            graph.Node.Remove(graph.Node.First(n => ReferenceEquals(n, node)));
            graph.Rename(new Dictionary<string, string>(StringComparer.Ordinal) { [from] = to });
            if (node.Input[0] == from)
            {
                // The output keeps its name, so whoever made the input makes it under that.
                var producer = graph.Node.First(n => n.Output.Contains(from));
                producer.Output[producer.Output.IndexOf(from)] = to;
            }
            count++;
        }
        return count;
    }

    private static (NodeProto Node, string From, string To)? Find(GraphView view, long version)
    {
        foreach (var node in view.Graph.Node)
        {
            if (!HandsOn(node, view, version)) continue;
            var (input, output) = (node.Input[0], node.Output[0]);
            if (!view.IsOutput(output)) return (node, output, input);
            if (view.ProducerOf(input) is not null && !view.IsOutput(input)) return (node, input, output);
        }
        return null;
    }

    private static bool HandsOn(NodeProto node, GraphView view, long version)
    {
        if (node.Is("Identity")) return true;
        // Before version 7 an attribute told training from use; from 12 on an input does.
        return node.Is("Dropout") && version >= 7 && node.In(2).Length == 0
            && node.Output.Skip(1).All(mask => view.UsersOf(mask).Count == 0 && !view.IsOutput(mask));
    }
}
