namespace ActorPipeline.Engines.Graph;

/// <summary>What nodes are asked for and made of.</summary>
internal static class Nodes
{
    /// <summary>Whether a domain is ONNX's own, which has two names.</summary>
    public static bool IsDefault(string domain) => domain is "" or "ai.onnx";

    /// <summary>Whether it is this operator of ONNX itself.</summary>
    public static bool Is(this NodeProto node, string op) => node.OpType == op && IsDefault(node.Domain);

    /// <summary>An attribute; null where the node leaves it to its default.</summary>
    public static AttributeProto? Find(this NodeProto node, string attribute)
    {
        foreach (var candidate in node.Attribute)
            if (candidate.Name == attribute) return candidate;
        return null;
    }

    public static long Int(this NodeProto node, string attribute, long otherwise) => node.Find(attribute)?.I ?? otherwise;

    public static float Float(this NodeProto node, string attribute, float otherwise) => node.Find(attribute)?.F ?? otherwise;

    /// <summary>An input's name; empty where it is left out.</summary>
    public static string In(this NodeProto node, int index) => index < node.Input.Count ? node.Input[index] : "";

    /// <summary>An operator of ONNX itself with one output.</summary>
    public static NodeProto Make(string op, string name, IEnumerable<string> inputs, string output, params AttributeProto[] attributes) =>
        new() { OpType = op, Name = name, Input = { inputs }, Output = { output }, Attribute = { attributes } };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, F = value, Type = AttributeProto.Types.Kind.Float };

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.Kind.Int };

    public static AttributeProto Attribute(string name, IEnumerable<long> values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.Kind.Ints };

    /// <summary>Leads all who take one value to another.</summary>
    public static void Rename(this GraphProto graph, IReadOnlyDictionary<string, string> names)
    {
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
                if (names.TryGetValue(node.Input[i], out var other)) node.Input[i] = other;
        }
    }
}
