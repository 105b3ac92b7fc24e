using System.Text.Json.Serialization;

namespace ActorPipeline.Catalog;

/// <summary>All that is known of a model before it is loaded.</summary>
public sealed record ModelCard
{
    /// <summary>Its name.</summary>
    public required ModelId Id { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string Path { get; init; }

    /// <summary>How its tensors are read.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>Execution providers in order of preference.</summary>
    public IReadOnlyList<ExecutionProvider> Providers { get; init; } = [ExecutionProvider.Cpu];

    /// <summary>
    /// A text file with one label a line, in class order; null names classes by their number. A text recogniser's has one character a line,
    /// without the blank that its classes begin with, and without the space where they end with one.
    /// </summary>
    public string? LabelsPath { get; init; }

    /// <summary>How it runs on TensorRT and CUDA.</summary>
    public DeviceSettings Device { get; init; } = new();

    /// <summary>How pixels become its input.</summary>
    public InputSettings Input { get; init; } = new();

    /// <value>Detections below this score are left out. 0 to 1. Default 0.4.</value>
    public float ScoreThreshold { get; init; } = 0.4f;

    /// <value>Of two boxes of one class that overlap more than this the weaker is dropped. 0 to 1. Default 0.6.</value>
    public float NmsIou { get; init; } = 0.6f;

    /// <value>Detections kept for a frame at most, the best first. 1 to 1000. Default 100.</value>
    public int MaxDetections { get; init; } = 100;

    /// <value>Labels a classifier gives each crop, the best first. 1 to 20. Default 1.</value>
    public int Top { get; init; } = 1;

    /// <value>Characters that a text recogniser reads of a line at most. 1 to 256. Default 64.</value>
    public int MaxCharacters { get; init; } = 64;

    /// <summary>How a text detector's map becomes boxes.</summary>
    public DbSettings Db { get; init; } = new();

    /// <value>
    /// Crops that one run of a classifier takes at most, where its batch is free: as many as were measured to be worth it, and no more than
    /// this; null for no more than <see cref="BatchSizes.MostByItself"/>, 1 for no batches. 1 to 64. Default null.
    /// </value>
    public int? MaxBatch { get; init; }

    /// <summary>Crops that a run may take once it is loaded: for so many its lease has memory. Set by who has the lease.</summary>
    [JsonIgnore]
    public int Batch { get; init; } = 1;

    /// <summary>What batches of it were measured to cost; null where nobody measured.</summary>
    [JsonIgnore]
    public BatchTable? Batches { get; init; }

    /// <value>Whether it stays in memory once it is loaded. Default false.</value>
    public bool Pin { get; init; }

    /// <value>Whose requests for memory go first: higher before lower. -100 to 100. Default 0.</value>
    public int Priority { get; init; }

    /// <value>Whether it may run as one engine with other classifiers of its pipelines that begin with the same layers. Default false.</value>
    public bool Merge { get; init; }

    /// <summary>
    /// The cards of which this one is the merged form, in the order of its heads; empty for an ordinary model. Their common layers run once,
    /// and their classifications follow each other. <see cref="Path"/> is the first one's.
    /// </summary>
    public IReadOnlyList<ModelCard> Merged { get; init; } = [];

    /// <summary>What the form of the model in <see cref="Path"/> is called, such as "fp32"; null for its precision.</summary>
    public string? Variant { get; init; }

    /// <summary>Other forms of it, in order of preference behind its own: one that fits may be loaded in the place of one that does not.</summary>
    public IReadOnlyList<ModelVariant> Variants { get; init; } = [];

    /// <summary>Its declared footprint; null where it has to be estimated. It does not go to a worker, which is to find out.</summary>
    [JsonIgnore]
    public Footprint? Footprint { get; init; }

    /// <summary>Labels that it gives a crop at most: a merged model those of all its parts, a text recogniser one for each character.</summary>
    [JsonIgnore]
    public int LabelsEach => Kind == ModelKind.Ctc ? MaxCharacters : Merged.Count == 0 ? Top : Merged.Sum(part => part.Top);

    /// <summary>Its card as one of its <see cref="Variants"/>: a card of that form alone.</summary>
    public ModelCard As(ModelVariant variant) => this with
    {
        Variant = variant.Name, Path = variant.Path, Providers = variant.Providers ?? Providers, Footprint = variant.Footprint, Variants = [],
    };

    /// <summary>Whether it finds objects (rather than naming crops).</summary>
    public bool IsDetector => Kind is not (ModelKind.Classification or ModelKind.Ctc);
}
