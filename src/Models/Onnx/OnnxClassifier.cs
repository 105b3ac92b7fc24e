using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>A classifier on ONNX Runtime: normalise, run and rank in one go on the lane's thread.</summary>
internal sealed class OnnxClassifier(ModelCard card, LoadReport report, OnnxSession session) : OnnxModel(card, report, session), IClassifier
{
    /// <inheritdoc/>
    public int Classify(int lane, in ImageView crop, Span<Classification> top)
    {
        using var run = Session.Enter(lane);
        run.Lane.Picture.Fill(crop);
        run.Run();
        return TopLabels.Select(run.Lane.Output(0), top);
    }
}
