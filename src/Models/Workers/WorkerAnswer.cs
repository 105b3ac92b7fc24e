using System.Text.Json.Serialization;
using ActorPipeline.Inference;
using ActorPipeline.Measuring;

namespace ActorPipeline.Workers;

/// <summary>What came of a <see cref="WorkerJob"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "answer")]
[JsonDerivedType(typeof(Measured), "measured")]
[JsonDerivedType(typeof(Built), "built")]
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

    /// <summary>The job was not done.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Failure">Where the model could not be loaded, why; null where the worker itself failed, or was killed.</param>
    public sealed record Failed(string Reason, LoadFailure? Failure) : WorkerAnswer;
}
