using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx.Providers;

/// <summary>What a model's file says that a provider has to know.</summary>
/// <param name="Precision">"fp32" or "int8", as the file has it.</param>
/// <param name="HasQdq">Whether its quantisation is written with QuantizeLinear and DequantizeLinear nodes, the one form that TensorRT reads.</param>
/// <param name="Input">The picture input's name; empty where it has none.</param>
/// <param name="Shape">Its shape, [N,3,H,W], with -1 for a batch that is free; empty where it has none.</param>
internal sealed record ModelFacts(string Precision, bool HasQdq, string Input, IReadOnlyList<long> Shape)
{
    /// <summary>Whether the batch is free, so that TensorRT has to be told its range.</summary>
    public bool HasFreeBatch => Shape is [< 1, ..];

    private static readonly ConcurrentDictionary<string, ModelFacts> Known = new(StringComparer.Ordinal);

    /// <summary>Reads them, once for each content. A file that is no model, or has no picture input, is for its load to refuse.</summary>
    public static ModelFacts Read(ModelCard card) =>
        ModelFile.Fingerprint(card) is { } content ? Known.GetOrAdd(content, static (_, model) => ReadFile(model), card) : ReadFile(card);

    private static ModelFacts ReadFile(ModelCard card)
    {
        var (precision, qdq) = (ModelFile.Precision(card), ModelFile.HasQdq(card));
        try
        {
            var (name, shape) = OnnxFileInput.ReadPicture(card);
            return new ModelFacts(precision, qdq, name, shape);
        }
        catch (ModelLoadException)
        {
            return new ModelFacts(precision, qdq, "", []);
        }
    }
}
