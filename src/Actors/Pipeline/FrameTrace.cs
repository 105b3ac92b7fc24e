using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Pipeline;

/// <summary>What is noted of a frame that is traced, until it has its outcome. Times are of the actors' clock.</summary>
/// <param name="asked">When the source was asked for it.</param>
/// <param name="captured">When it was captured.</param>
/// <param name="stages">Stages that have a model look at it.</param>
internal sealed class FrameTrace(TimeSpan asked, TimeSpan captured, int stages)
{
    private readonly TracedStage?[] _stages = new TracedStage?[stages];

    public TimeSpan Asked => asked;

    public TimeSpan Captured => captured;

    /// <summary>From when to when it was cropped; the second is null until then.</summary>
    public (TimeSpan Begin, TimeSpan? End)? Crop { get; private set; }

    /// <summary>Those that were asked, in order.</summary>
    public IEnumerable<TracedStage> Stages => _stages.OfType<TracedStage>();

    /// <summary>A model is asked to look at it.</summary>
    /// <param name="stage">0 for the detector, then the classifiers.</param>
    /// <param name="model">Which model.</param>
    /// <param name="now">When.</param>
    /// <returns>What the work takes along.</returns>
    public WorkTimes Post(int stage, ModelId model, TimeSpan now) =>
        (_stages[stage] = new TracedStage(stage == 0 ? "detect" : "classify", model, now)).Work;

    /// <summary>A model has looked at it.</summary>
    public void Answer(int stage, TimeSpan now, string? variant, string? node) => _stages[stage]?.Answer(now, variant, node);

    /// <summary>A model could not.</summary>
    public void Fail(int stage, TimeSpan now, string error) => _stages[stage]?.Fail(now, error);

    public void BeginCrop(TimeSpan now) => Crop = (now, null);

    public void EndCrop(TimeSpan now)
    {
        if (Crop is var (begin, _)) Crop = (begin, now);
    }
}
