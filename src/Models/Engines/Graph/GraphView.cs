namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Who makes and who uses each value of a graph, as it stood when this was made. A rewrite that changes names of values makes another.
/// </summary>
internal sealed class GraphView
{
    private static readonly IReadOnlyList<NodeProto> Nobody = [];

    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs;

    public GraphView(GraphProto graph)
    {
        Graph = graph;
        _outputs = [.. graph.Output.Select(o => o.Name)];
        foreach (var initializer in graph.Initializer) _constants[initializer.Name] = initializer;
        // Whoever runs the model may give another value for an initializer that is an input too.
        foreach (var input in graph.Input) _constants.Remove(input.Name);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output) _producers[output] = node;
            if (node.Is("Constant") && node.Attribute.Count == 1 && node.Attribute[0].T is { } value) _constants[node.Output[0]] = value;
            foreach (var input in node.Input.Where(i => i.Length > 0))
            {
                if (!_users.TryGetValue(input, out var users)) _users[input] = users = [];
                users.Add(node);
            }
        }
        foreach (var value in graph.ValueInfo.Concat(graph.Input).Concat(graph.Output))
            if (Fixed(value) is { } shape) _shapes[value.Name] = shape;
    }

    public GraphProto Graph { get; }

    /// <summary>The node that gives a value; null for inputs and initializers.</summary>
    public NodeProto? ProducerOf(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The node of an operator of ONNX itself that gives a value; null where another does.</summary>
    public NodeProto? ProducerOf(string value, string op) => ProducerOf(value) is { } node && node.Is(op) ? node : null;

    /// <summary>Whoever takes a value, once for each time it does.</summary>
    public IReadOnlyList<NodeProto> UsersOf(string value) => _users.TryGetValue(value, out var users) ? users : Nobody;

    /// <summary>The one who takes a value, where nobody else sees it: neither another node nor whoever runs the model.</summary>
    public NodeProto? OnlyUserOf(string value) => UsersOf(value) is [var user] && !IsOutput(value) ? user : null;

    /// <summary>Whether the model gives it out.</summary>
    public bool IsOutput(string value) => _outputs.Contains(value);

    /// <summary>The tensor that a value always is; null where it may be another.</summary>
    public TensorProto? ConstantOf(string value) => _constants.GetValueOrDefault(value);

    /// <summary>A constant of one number; null where it is none.</summary>
    public float? NumberOf(string value) => ConstantOf(value) is { } tensor && tensor.Floats() is [var number] ? number : null;

    /// <summary>A value's dimensions where the model says them all; null where one is free or unknown.</summary>
    public long[]? ShapeOf(string value) => _constants.TryGetValue(value, out var tensor) ? [.. tensor.Dims] : _shapes.GetValueOrDefault(value);

    private static long[]? Fixed(ValueInfoProto value)
    {
        if (value.Type?.TensorType?.Shape is not { } shape) return null;
        var fixedDims = shape.Dim.Where(d => d is { HasDimValue: true, DimValue: > 0 }).Select(d => d.DimValue).ToArray();
        return fixedDims.Length == shape.Dim.Count ? fixedDims : null;
    }
}
