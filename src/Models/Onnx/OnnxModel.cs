using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

/// <summary>What detectors and classifiers on ONNX Runtime share.</summary>
internal abstract class OnnxModel(ModelCard card, LoadReport report, OnnxSession session) : ILoadedModel
{
    /// <inheritdoc/>
    public ModelCard Card => card;

    /// <inheritdoc/>
    public LoadReport Report => report;

    /// <inheritdoc/>
    public int ActiveRuns => session.ActiveRuns;

    /// <summary>The session.</summary>
    protected internal OnnxSession Session => session;

    /// <inheritdoc/>
    public void Terminate(int lane) => session.Terminate(lane);

    /// <inheritdoc/>
    public void CloseLane(int lane) => session.CloseLane(lane);

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
