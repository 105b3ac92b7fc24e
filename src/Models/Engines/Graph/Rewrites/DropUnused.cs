namespace ActorPipeline.Engines.Graph;

/// <summary>Removes nodes and initializers whose values nobody takes, and what is said of values that are gone.</summary>
internal sealed class DropUnused : IGraphRewrite
{
    public string Name => "unused nodes and weights removed";

    public int Apply(ModelProto model)
    {
        var graph = model.Graph;
        var wanted = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (!node.Output.Any(wanted.Contains)) continue;
            kept.Add(node);
            wanted.UnionWith(node.Input);
        }
        var initializers = graph.Initializer.Where(i => wanted.Contains(i.Name)).ToArray();
        var removed = graph.Node.Count - kept.Count + graph.Initializer.Count - initializers.Length;
        if (removed > 0)
        {
            kept.Reverse();
            graph.Node.Clear();
            graph.Node.AddRange(kept);
            graph.Initializer.Clear();
            graph.Initializer.AddRange(initializers);
        }
        DropStale(graph);
        return removed;
    }

    private static void DropStale(GraphProto graph)
    {
        var values = graph.Node.SelectMany(n => n.Output).Concat(graph.Initializer.Select(i => i.Name)).ToHashSet(StringComparer.Ordinal);
        var said = graph.ValueInfo.Where(v => values.Contains(v.Name)).ToArray();
        if (said.Length == graph.ValueInfo.Count) return;
        graph.ValueInfo.Clear();
        graph.ValueInfo.AddRange(said);
    }
}
