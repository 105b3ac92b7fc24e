using ActorPipeline.Inference;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Has the classifier look at all crops of a frame as one piece of work.</summary>
internal sealed class ClassifyActor : ServingStage
{
    /// <param name="settings">The pipeline on whose behalf.</param>
    /// <param name="board">Where work is posted.</param>
    /// <param name="size">Width and height of a crop in pixels.</param>
    public ClassifyActor(PipelineSettings settings, IActorRef board, (int Width, int Height) size)
        : base(settings, settings.Classify!.Value, board, stage: 1) =>
        Receive<ClassifyFrame>(f =>
        {
            // A frame that was given up meanwhile has let its crops go.
            if (f.Crops.Holds > 0) Post(f.Frame, new ClassifyWork(f.Crops, f.Count, size.Width, size.Height), f.CapturedAt);
        });

    protected override object Answer(FrameId frame, LaneAnswer answer, string? variant) =>
        new FrameClassified(frame, ((LaneAnswer.Classified)answer).Crops, variant);
}
