using System.Text.Json.Serialization;
using ActorPipeline.Quantization;

namespace ActorPipeline.Workers;

/// <summary>How far a worker process is with its <see cref="WorkerJob"/>: lines of its standard output before the answer's.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "progress")]
[JsonDerivedType(typeof(Quantizing), "quantizing")]
public abstract record WorkerProgress
{
    private WorkerProgress()
    {
    }

    /// <summary>It quantises a model.</summary>
    public sealed record Quantizing(QuantizationProgress At) : WorkerProgress;
}
