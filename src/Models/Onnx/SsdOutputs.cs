using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>
/// Tells the outputs of an SSD that suppresses in its graph apart: by their names, and where those say nothing by their types and the graph's
/// order. With a count they are TensorFlow's (boxes, classes, scores, count; corners y first), without one ONNX's (boxes, labels, scores; x first).
/// </summary>
internal static class SsdOutputs
{
    /// <summary>What is expected, for people.</summary>
    public const string Expected = "boxes [1,N,4], classes [1,N], scores [1,N] and, with TensorFlow, a count [1], N fixed";

    /// <summary>Boxes, scores, classes and, where there is one, the count; null where they are not an SSD's.</summary>
    public static IReadOnlyList<TensorSpec>? Arrange(IReadOnlyList<TensorSpec> outputs)
    {
        var boxes = outputs.Where(o => o.Shape is [1, _, 4]).ToArray();
        if (boxes is not [{ Shape: [_, var n, _], Type: TensorElementType.Float } box]) return null;
        var counts = outputs.Where(o => o.Length == 1 && !(n == 1 && (IsScores(o) || IsClasses(o)))).ToArray();
        var rows = outputs.Where(o => o.Shape is [1, var length] && length == n && !counts.Contains(o)).ToArray();
        if (rows.Length != 2 || counts.Length > 1 || outputs.Count != 3 + counts.Length) return null;
        var (classes, scores) = Swapped(rows[0], rows[1]) ? (rows[1], rows[0]) : (rows[0], rows[1]);
        return scores.Type == TensorElementType.Float ? [box, scores, classes, .. counts] : null;
    }

    /// <summary>Whether each corner's y comes before its x in outputs so arranged.</summary>
    public static bool IsTopFirst(int outputs) => outputs == 4;

    private static bool Swapped(TensorSpec first, TensorSpec second) =>
        first.Type != second.Type ? second.Type != TensorElementType.Float : IsScores(first) != IsScores(second) ? IsScores(first) : IsClasses(second) && !IsClasses(first);

    private static bool IsScores(TensorSpec output) => Says(output, "score") || Says(output, "conf");

    private static bool IsClasses(TensorSpec output) => Says(output, "class") || Says(output, "label");

    private static bool Says(TensorSpec output, string word) => output.Name.Contains(word, StringComparison.OrdinalIgnoreCase);
}
