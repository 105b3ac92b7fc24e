using ActorPipeline.Inference;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Has the detector look at whole frames.</summary>
internal sealed class DetectActor : ServingStage
{
    /// <param name="settings">The pipeline on whose behalf.</param>
    /// <param name="board">Where work is posted.</param>
    /// <param name="stages">Stages of the pipeline that post work.</param>
    public DetectActor(PipelineSettings settings, IActorRef board, int stages)
        : base(settings, settings.Detect, board, stage: 0, stages) =>
        Receive<DetectFrame>(f =>
        {
            // A frame that was given up meanwhile has let its pixels go.
            if (f.Pixels.Holds > 0) Post(f.Frame, new DetectWork(f.Pixels, f.Width, f.Height), f.CapturedAt);
        });

    protected override object Answer(FrameId frame, LaneAnswer answer, string? variant) =>
        new FrameDetected(frame, ((LaneAnswer.Detected)answer).Detections, variant);
}
