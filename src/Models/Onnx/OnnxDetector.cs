using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>A detector on ONNX Runtime: resize, run and decode in one go on the lane's thread.</summary>
internal sealed class OnnxDetector(ModelCard card, LoadReport report, OnnxSession session) : OnnxModel(card, report, session), IDetector
{
    /// <inheritdoc/>
    public int Detect(int lane, in ImageView picture, Span<Detection> into)
    {
        using var run = Session.Enter(lane);
        var scale = run.Lane.Picture.Fill(picture);
        run.Run();
        var decoder = run.Lane.Decoder!;
        decoder.Begin(scale);
        switch (decoder)
        {
            case PicoDetDecoder pico:
                for (var level = 0; level < pico.Levels; level++) pico.Read(level, run.Lane.Output(level), run.Lane.Output(pico.Levels + level));
                break;
            case YoloxDecoder yolox:
                yolox.Read(run.Lane.Output(0));
                break;
        }
        return decoder.Finish(into);
    }
}
