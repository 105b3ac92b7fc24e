using System.Text.Json.Serialization;
using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Onnx;
using ActorPipeline.Quantization;

namespace ActorPipeline.Workers;

/// <summary>What a worker process is asked to do: what is dangerous or cannot be measured inside the process of the cameras.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(Measure), "measure")]
[JsonDerivedType(typeof(Build), "build")]
[JsonDerivedType(typeof(Quantize), "quantize")]
public abstract record WorkerJob
{
    private WorkerJob()
    {
    }

    /// <summary>The model it is about, in one form; relative paths are taken from the current folder, which the worker shares.</summary>
    public abstract ModelCard Card { get; init; }

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public ModelId Model => Card.Id;

    /// <summary>How the process that asks keeps engines: the worker uses and builds the same.</summary>
    [JsonRequired]
    public EngineSettings Engines { get; init; } = new();

    /// <summary><c>actor-pipeline.onnxruntime.library</c> of that process: the worker runs models with the same.</summary>
    public string Library { get; init; } = OnnxLibraryUse.Auto;

    /// <summary>Measures a model's footprint. Answered by <see cref="WorkerAnswer.Measured"/>.</summary>
    /// <param name="Card">The model; relative paths are taken from the current folder, which the worker shares.</param>
    /// <param name="Lanes">Lanes that may run it at once; at least 1.</param>
    public sealed record Measure(ModelCard Card, int Lanes) : WorkerJob
    {
        /// <summary>Host memory that the model may take: batches that may need more are not tried. Null for no bound.</summary>
        public Bytes? Room { get; init; }
    }

    /// <summary>Builds a model's engine. Answered by <see cref="WorkerAnswer.Built"/>.</summary>
    /// <param name="Card">The model; relative paths are taken from the current folder, which the worker shares.</param>
    public sealed record Build(ModelCard Card) : WorkerJob;

    /// <summary>Quantises a model. Answered by <see cref="WorkerAnswer.Quantized"/>, with <see cref="WorkerProgress.Quantizing"/> before.</summary>
    /// <param name="Request">What is asked for; relative paths are taken from the current folder, which the worker shares.</param>
    public sealed record Quantize(QuantizationRequest Request) : WorkerJob
    {
        /// <inheritdoc/>
        [JsonIgnore]
        public override ModelCard Card
        {
            get => Request.Card;
            init => Request = Request with { Card = value };
        }
    }
}
