using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>Loads models. The product's is ONNX Runtime; specs and simulations use the synthetic one.</summary>
public interface IModelRuntime
{
    /// <summary>Loads a model; blocks. The result is an <see cref="IDetector"/> or an <see cref="IClassifier"/>, as the card's kind says.</summary>
    /// <param name="card">The model.</param>
    /// <param name="cancellation">Asks a load to stop; noticed between its phases.</param>
    /// <exception cref="ModelLoadException">The model cannot be had; the message is meant for people.</exception>
    ILoadedModel Load(ModelCard card, CancellationToken cancellation);

    /// <summary>
    /// Builds the engine that loads of this card will use, where it is not kept already; blocks: seconds on the processor, minutes for
    /// TensorRT, and it takes several times the memory of a load. <see cref="Load"/> builds what is missing, too.
    /// </summary>
    /// <param name="card">The model.</param>
    /// <param name="cancellation">Asks it to stop; noticed between its phases.</param>
    /// <exception cref="ModelLoadException">The model cannot be had; the message is meant for people.</exception>
    EngineReport Build(ModelCard card, CancellationToken cancellation);

    /// <summary>What the model's file alone tells, without loading it.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read or is no model.</exception>
    ModelInspection Inspect(ModelCard card);
}

/// <summary>What a model's file alone tells.</summary>
/// <param name="InputWidth">Pixels across its input.</param>
/// <param name="InputHeight">Pixels down its input.</param>
/// <param name="FileSize">Bytes of the file: its footprint cannot be less.</param>
/// <param name="Footprint">What the card declares, or else an estimate from the file's size.</param>
public sealed record ModelInspection(int InputWidth, int InputHeight, Bytes FileSize, Footprint Footprint)
{
    /// <summary>The footprint for each larger batch that was measured to be worth it, the smallest first.</summary>
    public IReadOnlyList<Footprint> Batched { get; init; } = [];

    /// <summary>What batches were measured to cost; null where nobody measured.</summary>
    public BatchTable? Batches { get; init; }

    /// <summary>The fingerprint of its content, under which measured footprints are kept; null where it could not be taken.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Crops that one run of it could take at most, as far as its input tells; 1 where its batch is fixed, and for a detector.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>"fp32", "fp16" or "int8".</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>Estimated peak of building its engine, where it has to be built; zero where there is nothing to build.</summary>
    public Bytes Build { get; init; }

    /// <summary>Of the device's memory, the same.</summary>
    public Bytes DeviceBuild { get; init; }

    /// <summary>Own memory of the device that is to run it; zero where that is the processor, or a device that shares the processor's memory.</summary>
    public Bytes DeviceMemory { get; init; }

    /// <summary>What the provider that is to run it costs the process once; null for the processor, where it is measured.</summary>
    public ProviderCost? Cost { get; init; }

    /// <summary>Weights that its sessions map from files rather than hold by themselves, the same ones once; empty where nothing is known of them.</summary>
    public IReadOnlyList<WeightPart> Weights { get; init; } = [];

    /// <summary>Bytes of all weights that its sessions map; the footprint of an engine that was measured is without them.</summary>
    public Bytes MappedBytes { get; init; }
}
