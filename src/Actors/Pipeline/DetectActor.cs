using ActorPipeline.Inference;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Has the detector look at whole frames.</summary>
internal sealed class DetectActor : ServingStage
{
    public DetectActor(PipelineSettings settings, IActorRef board)
        : base(settings, settings.Detect, board, stage: 0) =>
        Receive<DetectFrame>(f =>
        {
            // A frame that was given up meanwhile has let its pixels go.
            if (f.Pixels.Holds > 0) Post(f.Frame, new DetectWork(f.Pixels, f.Width, f.Height), f.CapturedAt);
        });

    protected override object Answer(FrameId frame, LaneAnswer answer, string? variant) =>
        new FrameDetected(frame, ((LaneAnswer.Detected)answer).Detections, variant);
}
