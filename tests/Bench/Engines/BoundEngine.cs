using ActorPipeline.Inference;
using ActorPipeline.Onnx;

namespace ActorPipeline.Bench.Engines;

/// <summary>A loaded model's session alone, on one lane, without the picture before it and the decoder behind it.</summary>
internal sealed class BoundEngine(ILoadedModel model)
{
    private readonly OnnxSession _session = ((OnnxModel)model).Session;

    /// <summary>The time that half of so many runs stay below, in milliseconds.</summary>
    public double Run(int runs) => Timed.Median(runs, () =>
    {
        using var run = _session.Enter(0);
        run.Run();
    });
}
