using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

/// <summary>One run of a synthetic model.</summary>
/// <param name="Number">How many runs of this model started before it, over all its loads.</param>
/// <param name="Lane">The lane that runs.</param>
/// <param name="Mark">The first eight bytes of the picture: the frame's number, where a <see cref="NumberedFrameSource"/> wrote it; zero for pictures too small for it.</param>
public readonly record struct SyntheticCall(long Number, int Lane, long Mark);

/// <summary>A model that is only declared: what it is to need, how long it is to take, what it is to answer and where it is to fail.</summary>
/// <param name="Id">The name by which cards ask for it.</param>
public sealed record SyntheticModel(ModelId Id)
{
    /// <summary>Which variant of the model this declares; null declares all that are not declared by name.</summary>
    public string? Variant { get; init; }

    /// <summary>What it says it needs. Default: 8 MiB while loading and loaded, 1 MiB a lane.</summary>
    public Footprint Footprint { get; init; } = Footprint.Declared(Bytes.MiB(8), Bytes.MiB(8), Bytes.MiB(1));

    /// <summary>Own memory of the device that it says is to run it. Default none: it runs on the processor.</summary>
    public Bytes DeviceMemory { get; init; }

    /// <summary>What it says its provider costs the process; that provider is then what it says runs it. Default none: the processor.</summary>
    public ProviderCost? Cost { get; init; }

    /// <summary>What building its engine is to take. Default zero: it has none to build.</summary>
    public Bytes Build { get; init; }

    /// <summary>Weights that it says its sessions map.</summary>
    public IReadOnlyList<WeightPart> Weights { get; init; } = [];

    /// <summary>Native memory it really takes while it is loaded. Default none.</summary>
    public Bytes Allocates { get; init; }

    /// <summary>How long a load takes on the runtime's clock.</summary>
    public TimeSpan LoadTime { get; init; }

    /// <summary>How long a run takes on the runtime's clock, on one crop or several.</summary>
    public TimeSpan RunTime { get; init; }

    /// <summary>Pixels across its input.</summary>
    public int InputWidth { get; init; } = 32;

    /// <summary>Pixels down its input.</summary>
    public int InputHeight { get; init; } = 32;

    /// <summary>
    /// Crops that one run of it takes at most; its footprint is said to have memory for so many on each lane. Default 1. One that is loaded by
    /// itself, without a lease, takes them where its card has <see cref="ModelCard.Batch"/> say so.
    /// </summary>
    public int Batch { get; init; } = 1;

    /// <summary>What batches of it are said to have been measured to cost. Default: nobody measured.</summary>
    public BatchTable? Batches { get; init; }

    /// <summary>What its first layers are called: classifiers of one backbone can be merged. Null for layers of its own.</summary>
    public string? Backbone { get; init; }

    /// <summary>Names of its classes.</summary>
    public LabelList Labels { get; init; } = LabelList.None;

    /// <summary>Classes it knows. Default 10.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>What it detects, best first. Default: nothing.</summary>
    public Func<SyntheticCall, IReadOnlyList<Detection>> Detects { get; init; } = static _ => [];

    /// <summary>What it names a crop, best first; of several crops in one run, each by its own mark. Default: class 0 for certain.</summary>
    public Func<SyntheticCall, IReadOnlyList<Classification>> Classifies { get; init; } = static _ => [new Classification(0, 1)];

    /// <summary>So many loads fail before one succeeds.</summary>
    public int FailLoads { get; init; }

    /// <summary>Runs that throw; one on several crops does where any of them says so, and hangs likewise.</summary>
    public Func<SyntheticCall, bool> Fails { get; init; } = static _ => false;

    /// <summary>Runs that hang until they are terminated.</summary>
    public Func<SyntheticCall, bool> Hangs { get; init; } = static _ => false;

    /// <summary>Runs that hang even when they are terminated, until <see cref="SyntheticModelRuntime.ReleaseHung"/>.</summary>
    public Func<SyntheticCall, bool> HangsForEver { get; init; } = static _ => false;
}
