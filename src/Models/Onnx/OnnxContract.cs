using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>The tensors of a model, once they are found to be those of its kind.</summary>
/// <param name="Input">The picture's tensor, [1,3,H,W].</param>
/// <param name="Outputs">What it gives, in the order the decoder reads it.</param>
/// <param name="Classes">Classes it knows.</param>
/// <param name="Bins">Bins of each side's distribution; PicoDet only.</param>
internal sealed record OnnxContract(TensorSpec Input, IReadOnlyList<TensorSpec> Outputs, int Classes, int Bins)
{
    /// <summary>Pixels across the input.</summary>
    public int InputWidth => (int)Input.Shape[3];

    /// <summary>Pixels down the input.</summary>
    public int InputHeight => (int)Input.Shape[2];

    /// <summary>Reads a session's tensors as the card's kind has them.</summary>
    /// <exception cref="ModelLoadException">They are others.</exception>
    public static OnnxContract Read(ModelCard card, InferenceSession session, int labels)
    {
        if (session.InputMetadata.Count != 1)
            throw Wrong(card, $"it takes {session.InputMetadata.Count} inputs ({Describe(session.InputMetadata)}); expected one picture [1,3,H,W]");
        var (name, metadata) = session.InputMetadata.Single();
        RequireFloat(card, "input", name, metadata);
        if (metadata.Dimensions is not [var batch, 3, > 0 and <= 8192, > 0 and <= 8192] || batch is not (-1 or 1))
            throw Wrong(card, $"its input is {Describe(session.InputMetadata)}; expected one picture [1,3,H,W] of fixed height and width");
        var input = new TensorSpec(name, [1, 3, metadata.Dimensions[2], metadata.Dimensions[3]]);
        var outputs = ReadOutputs(card, session);
        var (width, height) = (metadata.Dimensions[3], metadata.Dimensions[2]);
        var yoloxCells = Grid.Yolox(width, height).Sum(g => g.Cells);
        return card.Kind switch
        {
            ModelKind.PicoDet => PicoDetOutputs.Arrange(input, outputs, labels) is { } pico
                ? new OnnxContract(input, pico.Outputs, pico.Classes, pico.Bins)
                : throw Wrong(card, $"its outputs are {Describe(session.OutputMetadata)}; expected PicoDet's 4 class maps [1,N,classes] and 4 box maps " +
                    $"[1,N,4 x bins] with N = {string.Join(", ", Grid.PicoDet(width, height).Select(g => g.Cells))} for an input of {width}x{height}"),
            ModelKind.Yolox => outputs is [{ Shape: [1, var cells, > 5 and var fields] }] && cells == yoloxCells
                ? new OnnxContract(input, outputs, (int)fields - 5, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.OutputMetadata)}; expected YOLOX's one output [1,{yoloxCells},5 + classes] " +
                    $"for an input of {width}x{height}"),
            _ => outputs is [{ Shape.Length: >= 2 } scores] && scores.Shape[0] == 1 && scores.Shape.Max() == scores.Length
                ? new OnnxContract(input, outputs, scores.Length, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.OutputMetadata)}; expected one output of a score for each class, [1,classes] or [1,classes,1,1]"),
        };
    }

    private static List<TensorSpec> ReadOutputs(ModelCard card, InferenceSession session)
    {
        var outputs = new List<TensorSpec>();
        // In the graph's order, which a dictionary does not promise to keep.
        foreach (var name in session.OutputNames)
        {
            var metadata = session.OutputMetadata[name];
            RequireFloat(card, "output", name, metadata);
            var shape = metadata.Dimensions.Select(d => (long)d).ToArray();
            if (shape.Length > 0 && shape[0] == -1) shape[0] = 1;
            if (shape.Length == 0 || shape.Any(d => d <= 0) || shape.Aggregate(1.0, (p, d) => p * d) > int.MaxValue)
                throw Wrong(card, $"its output {name} has the shape [{string.Join(",", metadata.Dimensions)}]; all but the batch must be fixed");
            outputs.Add(new TensorSpec(name, shape));
        }
        return outputs;
    }

    private static void RequireFloat(ModelCard card, string side, string name, NodeMetadata metadata)
    {
        var type = metadata.IsTensor ? metadata.ElementDataType.ToString() : metadata.OnnxValueType.ToString();
        if (!metadata.IsTensor || metadata.ElementDataType != TensorElementType.Float)
            throw Wrong(card, $"its {side} {name} is of type {type}; expected a Float tensor");
    }

    private static ModelLoadException Wrong(ModelCard card, string what) =>
        new(card.Id, LoadFailure.WrongShape, $"Model '{card.Id}' ({card.Path}) is no {KindName(card.Kind)} model: {what}.");

    private static string KindName(ModelKind kind) => kind switch
    {
        ModelKind.PicoDet => "picodet",
        ModelKind.Yolox => "yolox",
        _ => "classification",
    };

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> tensors) =>
        string.Join(", ", tensors.Take(12).Select(t => t.Value.IsTensor ? $"{t.Key} {t.Value.ElementDataType}[{string.Join(",", t.Value.Dimensions)}]" : $"{t.Key} ({t.Value.OnnxValueType})"))
        + (tensors.Count > 12 ? $" and {tensors.Count - 12} more" : "");
}
