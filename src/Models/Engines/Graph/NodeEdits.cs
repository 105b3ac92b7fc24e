namespace ActorPipeline.Engines.Graph;

/// <summary>Changes to a graph's list of nodes, gathered while it is searched and made at once.</summary>
internal sealed class NodeEdits
{
    // Nodes are equal by content, and a graph may hold two of the same.
    private readonly Dictionary<NodeProto, NodeProto[]> _edits = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes a node out.</summary>
    public void Remove(NodeProto node) => _edits[node] = [];

    /// <summary>Puts others in a node's place, so that the order of the nodes stays one in which they can be run.</summary>
    public void Replace(NodeProto node, params NodeProto[] others) => _edits[node] = others;

    /// <summary>Whether a node is to go or to be replaced.</summary>
    public bool Touches(NodeProto node) => _edits.ContainsKey(node);

    /// <summary>Makes the changes.</summary>
    public void ApplyTo(GraphProto graph)
    {
        if (_edits.Count == 0) return;
        var nodes = graph.Node.SelectMany(n => _edits.TryGetValue(n, out var others) ? others : [n]).ToArray();
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }
}
