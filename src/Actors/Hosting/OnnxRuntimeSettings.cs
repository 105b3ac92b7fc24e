using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting;

/// <summary><c>actor-pipeline.onnxruntime</c>: the library that runs models.</summary>
public sealed record OnnxRuntimeSettings
{
    /// <value>The path of a libonnxruntime.so of 1.11 or newer, or "auto": the one that ACTORPIPELINE_ONNXRUNTIME names, else the packaged one. Default "auto".</value>
    public string Library { get; init; } = OnnxLibraryUse.Auto;
}
