using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

/// <summary>The heads of a merged model: each part's one output of scores, called "part/output".</summary>
internal static class OnnxHeads
{
    /// <summary>The parts' outputs, in the order of the parts.</summary>
    /// <exception cref="ModelLoadException">A part has none, several, or one that is not of a score for each class.</exception>
    public static IReadOnlyList<TensorSpec> Outputs(ModelCard card, IReadOnlyList<TensorSpec> outputs)
    {
        var heads = new List<TensorSpec>();
        foreach (var part in card.Merged)
        {
            var own = outputs.Where(o => o.Name.StartsWith($"{part.Id}/", StringComparison.Ordinal)).ToArray();
            heads.Add(own is [var scores] && IsScores(scores) ? scores : throw new ModelLoadException(card.Id, LoadFailure.WrongShape,
                $"Model '{card.Id}' is merged, and of its outputs {string.Join(", ", outputs)} '{part.Id}' has {own.Length}; expected one of a score for each class."));
        }
        return heads;
    }

    /// <summary>Whether a tensor is a score for each class.</summary>
    public static bool IsScores(TensorSpec output) => output.Shape.Length >= 2 && output.Shape[0] == 1 && output.Shape.Max() == output.Length;

    /// <summary>What is to be said of each head; nothing for a model that is not merged.</summary>
    /// <exception cref="ModelLoadException">A label list cannot be read, or has another length than its head.</exception>
    public static IReadOnlyList<HeadReport> Read(ModelCard card, OnnxContract contract) => [.. card.Merged.Zip(contract.Outputs, (part, output) =>
    {
        var labels = ModelFile.ReadLabels(part);
        return labels.Count == 0 || labels.Count == output.Length ? new HeadReport(part.Id, output.Length, labels)
            : throw new ModelLoadException(part.Id, LoadFailure.WrongLabels,
                $"Model '{part.Id}' ({part.Path}) knows {output.Length} classes, but its label list {part.LabelsPath} has {labels.Count} lines; expected one line for each class.");
    })];
}
