namespace ActorPipeline.Engines.Graph;

/// <summary>Makes initializers of nodes that only hold a constant.</summary>
internal sealed class ConstantsToInitializers : IGraphRewrite
{
    public string Name => "constant nodes made initializers";

    public int Apply(ModelProto model)
    {
        var graph = model.Graph;
        var edits = new NodeEdits();
        var count = 0;
        foreach (var node in graph.Node)
        {
            if (!node.Is("Constant") || node.Attribute is not [{ T: { } value }] || graph.Output.Any(o => o.Name == node.Output[0])) continue;
            var initializer = value.Clone();
            initializer.Name = node.Output[0];
            graph.Initializer.Add(initializer);
            edits.Remove(node);
            count++;
        }
        edits.ApplyTo(graph);
        return count;
    }
}
