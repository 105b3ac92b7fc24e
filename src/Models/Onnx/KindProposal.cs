using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>What kind a model may be of, told by what its file takes and gives.</summary>
/// <param name="Kind">The first kind whose tensors these are.</param>
/// <param name="Input">What such models are usually trained with, with a size where the model leaves it free.</param>
/// <param name="Classes">Classes it knows; zero where its outputs do not tell.</param>
/// <param name="Width">Pixels across its input.</param>
/// <param name="Height">Pixels down its input.</param>
public sealed record KindProposal(ModelKind Kind, InputSettings Input, int Classes, int Width, int Height)
{
    // Those whose outputs can hardly be taken for another's first; a line of scores could be anything.
    private static readonly IReadOnlyList<ModelKind> Order =
        [ModelKind.PicoDet, ModelKind.Yolox, ModelKind.Yolov5, ModelKind.Yolov8, ModelKind.Ssd, ModelKind.Db, ModelKind.Classification, ModelKind.Ctc];

    /// <summary>Looks at a model's file; opens it where the file does not say all dimensions that follow from its weights.</summary>
    /// <param name="card">Its id and path count, and of its input a size that is said.</param>
    /// <param name="kind">The kind that it is to be; null for any.</param>
    /// <param name="library">As for <see cref="OnnxModelRuntime"/>.</param>
    /// <returns>The proposal; null where the file's tensors are those of no kind.</returns>
    /// <exception cref="ModelLoadException">The file cannot be read or is no model; where a kind is named also where the tensors are not its own.</exception>
    public static KindProposal? Of(ModelCard card, ModelKind? kind = null, string library = OnnxLibraryUse.Auto)
    {
        ModelFile.Require(card);
        var said = OnnxFileInput.ReadTensors(card);
        IReadOnlyList<ModelKind> kinds = kind is { } wanted ? [wanted] : Order;
        foreach (var one in kinds)
            if (Try(card, one, said, out _) is { } found) return found;
        var inferred = Open(card, library);
        ModelLoadException? why = null;
        foreach (var one in kinds)
            if (Try(card, one, inferred, out why) is { } found) return found;
        return kind is null ? null : throw why!;
    }

    private static KindProposal? Try(ModelCard card, ModelKind kind, OnnxTensors tensors, out ModelLoadException? why)
    {
        var input = Sized(kind, card.Input, tensors);
        try
        {
            var contract = OnnxContract.Read(card with { Kind = kind, Input = input }, tensors, labels: 0);
            why = null;
            return new KindProposal(kind, input, contract.Classes, contract.InputWidth, contract.InputHeight);
        }
        catch (ModelLoadException error)
        {
            why = error;
            return null;
        }
    }

    private static OnnxTensors Open(ModelCard card, string library)
    {
        try
        {
            using var session = OnnxLibraries.For(card, library, null).Open(card.Path, new SessionPlan { Provider = ExecutionProvider.Cpu, Optimise = false }, CancellationToken.None);
            return new OnnxTensors(session.Inputs, session.Outputs);
        }
        catch (OnnxCallException error)
        {
            throw OnnxFault.ToLoadException(card, error);
        }
    }

    private static InputSettings Sized(ModelKind kind, InputSettings said, OnnxTensors tensors)
    {
        var input = InputSettings.DefaultFor(kind) with { Width = said.Width, Height = said.Height };
        if (tensors.Inputs is not [{ Shape: [_, _, var height, var width] }]) return input;
        var (usualWidth, usualHeight) = kind switch
        {
            ModelKind.Db => (736, 736),
            ModelKind.Ctc => (320, 48),
            ModelKind.Classification => (224, 224),
            _ => (640, 640),
        };
        return input with { Width = width < 1 ? input.Width ?? usualWidth : input.Width, Height = height < 1 ? input.Height ?? usualHeight : input.Height };
    }
}
