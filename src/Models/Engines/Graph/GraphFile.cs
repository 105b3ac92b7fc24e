using System.Globalization;
using ActorPipeline.Onnx;
using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

/// <summary>Reads a model whole, weights of other files with it, and writes one.</summary>
internal static class GraphFile
{
    /// <summary>What a protocol buffer can hold.</summary>
    private const long Limit = int.MaxValue;

    /// <summary>Reads a model and brings the weights it keeps in other files inside it.</summary>
    /// <exception cref="InvalidDataException">It is no ONNX model, keeps weights outside its folder, or is of 2 GiB and more; the message names it.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ModelProto Read(string path) => Read(path, Limit);

    /// <summary>The same with another limit.</summary>
    internal static ModelProto Read(string path, long limit)
    {
        var model = Parse(path, limit);
        var outside = TensorsIn(model.Graph).Where(t => t.IsExternal()).Select(t => (Tensor: t, Place: ExternalPlace.Of(path, t))).ToArray();
        var total = new FileInfo(path).Length + outside.Sum(o => o.Place.Length);
        if (total >= limit) throw TooLarge(path, total, limit);
        // Functions and sparse weights are not looked into, so what they keep outside would be lost.
        var named = outside.Select(o => o.Place.Location).ToHashSet(StringComparer.Ordinal);
        if (ExternalWeights.LocationsIn(path).FirstOrDefault(l => !named.Contains(l)) is { } other)
            throw new InvalidDataException($"The model {path} keeps weights of a function or sparse weights in '{other}', which a rewrite cannot bring along.");
        foreach (var (tensor, place) in outside) place.BringInto(tensor);
        return model;
    }

    /// <summary>Reads the model's own file alone.</summary>
    internal static ModelProto Parse(string path, long limit = Limit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        if (file.Length >= limit) throw TooLarge(path, file.Length, limit);
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"{path} is no ONNX model: {e.Message}", e);
        }
        if (model.Graph is null || model.OpsetImport.Count == 0) throw new InvalidDataException($"{path} is no ONNX model: it has no graph.");
        return model;
    }

    /// <summary>Writes a model into one file, over what is there.</summary>
    public static void Write(ModelProto model, string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        model.WriteTo(file);
    }

    private static IEnumerable<TensorProto> TensorsIn(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) yield return tensor;
        foreach (var attribute in graph.Node.SelectMany(n => n.Attribute))
        {
            if (attribute.T is { } one) yield return one;
            foreach (var tensor in attribute.Tensors) yield return tensor;
            var inner = attribute.G is { } only ? attribute.Graphs.Append(only) : attribute.Graphs;
            foreach (var tensor in inner.SelectMany(TensorsIn)) yield return tensor;
        }
    }

    private static InvalidDataException TooLarge(string path, long bytes, long limit) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The model {path} is of {bytes:N0} bytes with its weights; a model of {limit:N0} bytes and more cannot be rewritten, for no single file of its format holds it."));
}
