using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Several graphs over the same inputs as one, in which what is computed from the same in the same way is there once. Values are known by
/// how they come about, not by name.
/// </summary>
internal sealed class GraphUnion
{
    // Two of these give different numbers from the same input.
    private static readonly HashSet<string> Random = new(["RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial", "Bernoulli"], StringComparer.Ordinal);

    private readonly List<Part> _parts = [];
    private readonly Dictionary<string, Part> _known = new(StringComparer.Ordinal);
    private readonly List<(GraphProto Graph, Dictionary<string, (Part Part, int Output)> Values)> _graphs = [];

    /// <summary>Nodes that several of the graphs have.</summary>
    public int SharedNodes => _parts.Count(p => p.Node is not null && p.Graphs.Count > 1);

    /// <summary>Bytes of weights that several have.</summary>
    public long SharedBytes => _parts.Where(p => p.Graphs.Count > 1).Sum(p => p.Weight is { } weight ? weight.Count() * Tensors.ElementSize(weight.DataType) : 0);

    /// <summary>Whether a graph has a node that another has.</summary>
    public bool SharesAnything(int graph) => _parts.Any(p => p.Node is not null && p.Graphs.Contains(graph) && p.Graphs.Count > 1);

    /// <summary>Adds a graph with the same inputs as those before it, in the same order, and nodes in an order in which they can be run.</summary>
    public void Add(GraphProto graph)
    {
        var number = _graphs.Count;
        var values = new Dictionary<string, (Part, int)>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Input.Count; i++) values[graph.Input[i].Name] = (Meet($"input {i}", number, () => new Part(graph.Input[i].Name) { IsInput = true }), 0);
        foreach (var weight in graph.Initializer) values[weight.Name] = (Meet(ShareInitializers.ContentOf(weight), number, () => new Part(weight.Name) { Weight = weight }), 0);
        foreach (var node in graph.Node)
        {
            (Part Part, int Output)?[] from = [.. node.Input.Select(i => i.Length == 0 ? ((Part, int)?)null : values[i])];
            var key = Random.Contains(node.OpType) ? $"{number} {_parts.Count}" : KeyOf(node, from);
            var part = Meet(key, number, () => new Part(node.Output[0]) { Node = node, From = from });
            for (var i = 0; i < node.Output.Count; i++)
                if (node.Output[i].Length > 0) values[node.Output[i]] = (part, i);
        }
        _graphs.Add((graph, values));
    }

    /// <summary>Writes the graph of all.</summary>
    /// <param name="names">The graphs' names: "name/output" is what their outputs are called.</param>
    public (GraphProto Graph, IReadOnlyList<IReadOnlyList<string>> Outputs) Write(IReadOnlyList<string> names)
    {
        var merged = new GraphProto { Name = string.Join("+", names), Input = { _graphs[0].Graph.Input } };
        var free = new NewInputs(merged);
        var called = new Dictionary<(Part, int), string>();
        var outputs = new List<IReadOnlyList<string>>();
        // An output that is another's too, or an input handed on.
        var copies = new List<(string Output, (Part, int) Value)>();
        // Outputs choose their names first: whoever runs the model knows them.
        for (var i = 0; i < names.Count; i++)
        {
            var own = new List<string>();
            foreach (var output in _graphs[i].Graph.Output)
            {
                var name = free.Name($"{names[i]}/{output.Name}");
                var value = _graphs[i].Values[output.Name];
                if (value.Part.Node is null || !called.TryAdd(value, name)) copies.Add((name, value));
                merged.Output.Add(new ValueInfoProto(output) { Name = name });
                own.Add(name);
            }
            outputs.Add(own);
        }
        foreach (var part in _parts)
        {
            var prefix = part.Graphs.Count > 1 ? "shared" : names[part.Graphs.First()];
            if (part.IsInput) called[(part, 0)] = part.Name;
            else if (part.Weight is { } weight) merged.Initializer.Add(new TensorProto(weight) { Name = called[(part, 0)] = free.Name($"{prefix}/{part.Name}") });
            else merged.Node.Add(Rename(part, prefix, called, free));
        }
        merged.Node.Add(copies.Select(c => Nodes.Make("Identity", "", [called[c.Value]], c.Output)));
        var bound = merged.Input.Concat(merged.Output).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        merged.ValueInfo.Add(_graphs.SelectMany(g => Said(g.Graph, g.Values, called)).Where(v => bound.Add(v.Name)));
        return (merged, outputs);
    }

    private static IEnumerable<ValueInfoProto> Said(GraphProto graph, Dictionary<string, (Part, int)> values, Dictionary<(Part, int), string> called) =>
        from value in graph.ValueInfo
        where values.ContainsKey(value.Name)
        select new ValueInfoProto(value) { Name = called[values[value.Name]] };

    private static NodeProto Rename(Part part, string prefix, Dictionary<(Part, int), string> called, NewInputs free)
    {
        var node = part.Node!.Clone();
        for (var i = 0; i < node.Input.Count; i++) node.Input[i] = part.From[i] is { } from ? called[from] : "";
        for (var i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length == 0) continue;
            if (!called.TryGetValue((part, i), out var name)) called[(part, i)] = name = free.Name($"{prefix}/{node.Output[i]}");
            node.Output[i] = name;
        }
        // No two nodes may have one name, and none needs one.
        node.ClearName();
        return node;
    }

    private static string KeyOf(NodeProto node, (Part Part, int Output)?[] from) => string.Join(
        ' ',
        [
            Nodes.IsDefault(node.Domain) ? "" : node.Domain, node.OpType, string.Join(",", node.Output.Select(o => o.Length > 0 ? 1 : 0)),
            .. from.Select(f => f is { } value ? $"{value.Part.Number}:{value.Output}" : "-"),
            .. node.Attribute.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => a.ToByteString().ToBase64()),
        ]);

    private Part Meet(string key, int graph, Func<Part> make)
    {
        if (!_known.TryGetValue(key, out var part))
        {
            part = make();
            part.Number = _parts.Count;
            _parts.Add(part);
            _known[key] = part;
        }
        part.Graphs.Add(graph);
        return part;
    }

    /// <summary>An input, a weight or a node of the union.</summary>
    private sealed class Part(string name)
    {
        public string Name { get; } = name;

        public int Number { get; set; }

        public bool IsInput { get; init; }

        public TensorProto? Weight { get; init; }

        public NodeProto? Node { get; init; }

        public (Part Part, int Output)?[] From { get; init; } = [];

        public SortedSet<int> Graphs { get; } = [];
    }
}
