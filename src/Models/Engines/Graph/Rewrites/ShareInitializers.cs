using System.Security.Cryptography;
using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

/// <summary>Keeps one of several initializers of the same type, dimensions and bytes.</summary>
internal sealed class ShareInitializers : IGraphRewrite
{
    public string Name => "identical initializers shared";

    public int Apply(ModelProto model)
    {
        var graph = model.Graph;
        var bound = graph.Output.Concat(graph.Input).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var initializer in graph.Initializer)
        {
            if (bound.Contains(initializer.Name)) continue;
            var content = ContentOf(initializer);
            if (!first.TryAdd(content, initializer.Name)) renamed[initializer.Name] = first[content];
        }
        if (renamed.Count == 0) return 0;
        graph.Rename(renamed);
        var kept = graph.Initializer.Where(i => !renamed.ContainsKey(i.Name)).ToArray();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
        return renamed.Count;
    }

    /// <summary>What tells one tensor's content from another's: all it holds but its name.</summary>
    public static string ContentOf(TensorProto tensor)
    {
        if (tensor.HasRawData && !tensor.IsExternal())
            return $"{tensor.DataType}[{string.Join(",", tensor.Dims)}]{Convert.ToHexString(SHA256.HashData(tensor.RawData.Span))}";
        var nameless = tensor.Clone();
        nameless.ClearName();
        return Convert.ToHexString(SHA256.HashData(nameless.ToByteArray()));
    }
}
