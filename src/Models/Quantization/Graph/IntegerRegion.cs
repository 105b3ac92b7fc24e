using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// Which nodes of a graph run in integers once some of its layers do: those layers, and what lies between them, so that numbers become
/// floats only where somebody needs floats.
/// </summary>
internal sealed class IntegerRegion
{
    private readonly HashSet<NodeProto> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly GraphView _view;

    /// <summary>Finds them.</summary>
    /// <param name="view">The float graph, its nodes in an order in which they can be run.</param>
    /// <param name="layers">The quantised layers, by what they give.</param>
    public IntegerRegion(GraphView view, IReadOnlySet<string> layers)
    {
        _view = view;
        foreach (var node in view.Graph.Node)
        {
            if (!layers.Contains(node.Output[0]) && !Follows(node)) continue;
            _nodes.Add(node);
            _values.UnionWith(node.Output);
        }
    }

    /// <summary>Whether a node runs in integers.</summary>
    public bool Has(NodeProto node) => _nodes.Contains(node);

    /// <summary>Whether a value is given in integers.</summary>
    public bool Gives(string value) => _values.Contains(value);

    /// <summary>
    /// The node that a layer's result goes through alone and that needs no kernel, because the result's range cuts off the same; null for none.
    /// </summary>
    public NodeProto? ClampOf(NodeProto layer) =>
        _view.OnlyUserOf(layer.Output[0]) is { } user && Has(user) && IntegerOps.FormOf(user, _view) == IntegerForm.Clamps ? user : null;

    private bool Follows(NodeProto node)
    {
        var form = IntegerOps.FormOf(node, _view);
        if (form == IntegerForm.None) return false;
        var activations = IntegerOps.Activations(node, _view).ToArray();
        return form switch
        {
            // One kernel with its layer, or none: alone it would be a detour. What cuts off or gates needs the numbers before it for itself.
            IntegerForm.Clamps or IntegerForm.Gates => Gives(activations[0]) && _view.ProducerOf(activations[0]) is { } before && IsLayerLike(before) && _view.OnlyUserOf(activations[0]) is not null,
            // A concatenation or sum of which half is integers makes the rest of it integers.
            _ => activations.Length > 0 && activations.Count(Gives) * 2 >= activations.Length && activations.Any(Gives),
        };
    }

    private bool IsLayerLike(NodeProto node) => node.Is("Conv") || node.Is("Gemm") || node.Is("MatMul") || node.Is("Add");
}
