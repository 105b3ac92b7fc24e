using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>The tensors of a model, once they are found to be those of its kind.</summary>
/// <param name="Input">The picture's tensor, [1,3,H,W].</param>
/// <param name="Outputs">What it gives, in the order the decoder reads it; of a merged model one for each part.</param>
/// <param name="Classes">Classes it knows; a merged model those of all its parts. Of an SSD those of its label list, zero without one.</param>
/// <param name="Bins">Bins of each side's distribution; PicoDet only.</param>
internal sealed record OnnxContract(TensorSpec Input, IReadOnlyList<TensorSpec> Outputs, int Classes, int Bins)
{
    /// <summary>Whether one run takes any number of pictures: the batch is free in the input and in every output.</summary>
    public bool HasFreeBatch { get; private init; }

    /// <summary>Pixels across the input.</summary>
    public int InputWidth => (int)Input.Shape[3];

    /// <summary>Pixels down the input.</summary>
    public int InputHeight => (int)Input.Shape[2];

    /// <summary>Reads a session's tensors as the card's kind has them.</summary>
    /// <exception cref="ModelLoadException">They are others.</exception>
    public static OnnxContract Read(ModelCard card, INativeSession session, int labels) => Read(card, new OnnxTensors(session.Inputs, session.Outputs), labels);

    /// <summary>Reads tensors as the card's kind has them.</summary>
    /// <exception cref="ModelLoadException">They are others.</exception>
    public static OnnxContract Read(ModelCard card, OnnxTensors session, int labels) =>
        ReadOfOne(card, session, labels) with { HasFreeBatch = session.Inputs.Concat(session.Outputs).All(tensor => tensor.Shape is [-1, ..]) };

    private static OnnxContract ReadOfOne(ModelCard card, OnnxTensors session, int labels)
    {
        if (session.Inputs is not [var picture])
            throw Wrong(card, $"it takes {session.Inputs.Count} inputs ({Describe(session.Inputs)}); expected one picture [1,3,H,W]");
        RequireFloat(card, "input", picture);
        var size = OnnxFileInput.Sized(card.Input, picture.Shape);
        if (size is not [var batch, 3, > 0 and <= 8192, > 0 and <= 8192] || batch is not (-1 or 1))
            throw Wrong(card, $"its input is {picture}{OnnxFileInput.SizeOf(card.Input)}; expected one picture [1,3,H,W] of fixed height and width, or input {{ width, height }} where they are free");
        var (width, height) = ((int)size[3], (int)size[2]);
        var input = new TensorSpec(picture.Name, [1, 3, height, width]);
        var outputs = ReadOutputs(card, session, width, height);
        if (card.Merged.Count > 0)
        {
            var heads = OnnxHeads.Outputs(card, outputs);
            return new OnnxContract(input, heads, heads.Sum(h => h.Length), 0);
        }
        var yoloxCells = Grid.Yolox(width, height).Sum(g => g.Cells);
        int[] anchored = YoloOutputs.AnchoredBoxes(width, height), free = YoloOutputs.FreeBoxes(width, height);
        return card.Kind switch
        {
            ModelKind.PicoDet => PicoDetOutputs.Arrange(input, outputs, labels) is { } pico
                ? new OnnxContract(input, pico.Outputs, pico.Classes, pico.Bins)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected PicoDet's 4 class maps [1,N,classes] and 4 box maps " +
                    $"[1,N,4 x bins] with N = {string.Join(", ", Grid.PicoDet(width, height).Select(g => g.Cells))} for an input of {width}x{height}"),
            ModelKind.Yolox => outputs is [{ Shape: [1, var cells, > 5 and var fields] }] && cells == yoloxCells
                ? new OnnxContract(input, outputs, (int)fields - 5, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected YOLOX's one output [1,{yoloxCells},5 + classes] " +
                    $"for an input of {width}x{height}"),
            ModelKind.Yolov5 => YoloOutputs.Anchored(outputs, anchored) is { } boxes
                ? new OnnxContract(input, [boxes], (int)boxes.Shape[2] - 5, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected one output [1,N,5 + classes] with N = {string.Join(" or ", anchored)} " +
                    $"for an input of {width}x{height}"),
            ModelKind.Yolov8 => YoloOutputs.Free(outputs, free) is { } boxes
                ? new OnnxContract(input, [boxes], (int)boxes.Shape[1] - 4, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected one output [1,4 + classes,N] with N = {string.Join(" or ", free)} " +
                    $"for an input of {width}x{height}"),
            // How many classes there are no output tells.
            ModelKind.Ssd => SsdOutputs.Arrange(outputs) is { } ssd
                ? new OnnxContract(input, ssd, labels, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected {SsdOutputs.Expected}"),
            ModelKind.Db => outputs is [var map] && TextOutputs.IsMap(map, width, height)
                ? new OnnxContract(input, outputs, 1, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected one map [1,1,H,W] as large as the input of {width}x{height}, or a whole number of times smaller"),
            ModelKind.Ctc => outputs is [var steps] && TextOutputs.IsSteps(steps)
                ? new OnnxContract(input, outputs, (int)steps.Shape[2], 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected one of a score for each character at each step, [1,steps,1 + characters]"),
            _ => outputs is [var scores] && OnnxHeads.IsScores(scores)
                ? new OnnxContract(input, outputs, scores.Length, 0)
                : throw Wrong(card, $"its outputs are {Describe(session.Outputs)}; expected one output of a score for each class, [1,classes] or [1,classes,1,1]"),
        };
    }

    private static List<TensorSpec> ReadOutputs(ModelCard card, OnnxTensors session, int width, int height)
    {
        var outputs = new List<TensorSpec>();
        foreach (var output in session.Outputs)
        {
            if (card.Kind != ModelKind.Ssd || !TensorSpec.IsRead(output.Type)) RequireFloat(card, "output", output);
            var shape = output.Shape.ToArray();
            if (shape.Length > 0 && shape[0] == -1) shape[0] = 1;
            shape = TextOutputs.Resolve(card.Kind, shape, width, height);
            if (shape.Length == 0 || shape.Any(d => d <= 0) || shape.Aggregate(1.0, (p, d) => p * d) > int.MaxValue)
                throw Wrong(card, $"its output {output.Name} has the shape [{string.Join(",", output.Shape)}]; all but the batch must be fixed");
            outputs.Add(new TensorSpec(output.Name, shape) { Type = output.Type!.Value });
        }
        return outputs;
    }

    private static void RequireFloat(ModelCard card, string side, TensorDescription tensor)
    {
        if (tensor.Type != TensorElementType.Float)
            throw Wrong(card, $"its {side} {tensor.Name} is {(tensor.Type is { } type ? $"of type {type}" : "no tensor")}; expected a Float tensor");
    }

    private static ModelLoadException Wrong(ModelCard card, string what) =>
        new(card.Id, LoadFailure.WrongShape, $"Model '{card.Id}' ({card.Path}) is no {card.Kind.ToString().ToLowerInvariant()} model: {what}.");

    private static string Describe(IReadOnlyList<TensorDescription> tensors) =>
        string.Join(", ", tensors.Take(12)) + (tensors.Count > 12 ? $" and {tensors.Count - 12} more" : "");
}
