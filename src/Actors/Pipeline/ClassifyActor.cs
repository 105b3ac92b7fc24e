using ActorPipeline.Inference;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Has one classifier look at all crops of a frame as one piece of work.</summary>
internal sealed class ClassifyActor : ServingStage
{
    private readonly int _classifier;

    /// <param name="settings">The pipeline on whose behalf.</param>
    /// <param name="board">Where work is posted.</param>
    /// <param name="classifiers">All classifiers of the pipeline.</param>
    /// <param name="classifier">Which of them this is.</param>
    public ClassifyActor(PipelineSettings settings, IActorRef board, IReadOnlyList<PipelineClassifier> classifiers, int classifier)
        : base(settings, classifiers[classifier].Model, board, stage: classifier + 1, stages: classifiers.Count + 1)
    {
        _classifier = classifier;
        var region = CropLayout.Of(classifiers, settings.MaxCrops).RegionOf(classifiers[classifier]);
        Receive<ClassifyFrame>(f =>
        {
            // A frame that was given up meanwhile has let its crops go.
            if (f.Crops.Holds > 0) Post(f.Frame, new ClassifyWork(f.Crops, f.Count, region.Width, region.Height, region.Offset), f.CapturedAt);
        });
    }

    protected override object Answer(FrameId frame, LaneAnswer answer, string? variant) =>
        new FrameClassified(frame, _classifier, ((LaneAnswer.Classified)answer).Crops, variant);
}
