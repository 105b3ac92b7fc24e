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
            case Yolov5Decoder yolov5:
                yolov5.Read(run.Lane.Output(0));
                break;
            case Yolov8Decoder yolov8:
                yolov8.Read(run.Lane.Output(0));
                break;
            case DbDecoder db:
                var map = run.Lane.ShapeOf(0);
                db.Read(run.Lane.Output(0), (int)map[3], (int)map[2]);
                break;
            case SsdDecoder ssd:
                ReadSsd(ssd, run.Lane);
                break;
        }
        return decoder.Finish(into);
    }

    private static void ReadSsd(SsdDecoder decoder, OnnxLane lane)
    {
        var scores = lane.Output(1);
        // A count that is no number counts nothing.
        var count = lane.Outputs == 4 ? (int)Math.Clamp(lane.Output(3)[0], 0, scores.Length) : scores.Length;
        decoder.Read(lane.Output(0), scores, lane.Output(2), count, SsdOutputs.IsTopFirst(lane.Outputs));
    }
}
