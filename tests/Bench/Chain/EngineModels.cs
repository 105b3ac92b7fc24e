using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Chain;

/// <summary>A detector as the product loads it, its engine, on one lane.</summary>
/// <param name="model">The model; several may run it at once, each on a lane of its own.</param>
/// <param name="lane">The lane.</param>
internal sealed class EngineDetector(ILoadedModel model, int lane) : IFrameDetector
{
    private readonly IDetector _model = (IDetector)model;

    public int Detect(in ImageView frame, Span<Detection> into) => _model.Detect(lane, frame, into);

    public void Dispose() => _model.Dispose();
}

/// <summary>A classifier as the product loads it, its engine, on one lane.</summary>
/// <param name="model">The model; several may run it at once, each on a lane of its own.</param>
/// <param name="lane">The lane.</param>
internal sealed class EngineClassifier(ILoadedModel model, int lane) : ICropClassifier
{
    private readonly IClassifier _model = (IClassifier)model;

    public int Width => _model.Report.InputWidth;

    public int Height => _model.Report.InputHeight;

    public Classification Classify(in ImageView crop)
    {
        Classification top = default;
        _model.Classify(lane, crop, new Span<Classification>(ref top));
        return top;
    }

    public void Dispose() => _model.Dispose();
}
