using System.Text.Json.Serialization;
using ActorPipeline.Inference;
using ActorPipeline.Measuring;
using ActorPipeline.Quantization;

namespace ActorPipeline.Workers;

/// <summary>What came of a <see cref="WorkerJob"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "answer")]
[JsonDerivedType(typeof(Measured), "measured")]
[JsonDerivedType(typeof(Built), "built")]
[JsonDerivedType(typeof(Quantized), "quantized")]
[JsonDerivedType(typeof(Failed), "failed")]
public abstract record WorkerAnswer
{
    private WorkerAnswer()
    {
    }

    /// <summary>The model was measured.</summary>
    public sealed record Measured(MeasuredModel Model) : WorkerAnswer;

    /// <summary>The engine is built, or there is none to build.</summary>
    public sealed record Built(EngineReport Engine) : WorkerAnswer;

    /// <summary>The model was quantised; the report says whether it passed the gate.</summary>
    public sealed record Quantized(QuantizationReport Report) : WorkerAnswer;

    /// <summary>The job was not done.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Failure">Where the model could not be loaded, why; null where the worker itself failed, or was killed.</param>
    public sealed record Failed(string Reason, LoadFailure? Failure) : WorkerAnswer
    {
        /// <summary>Whether what it was given is at fault: a model that cannot be quantised, or pictures that will not do.</summary>
        public bool BadInput { get; init; }
    }
}
