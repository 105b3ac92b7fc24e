using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>All that was found while a model was quantised: what was gained, what was lost, and whether it was published.</summary>
public sealed record QuantizationReport
{
    /// <summary>The float model's file.</summary>
    public required string Model { get; init; }

    /// <summary>The fingerprint of its content, 64 hexadecimal digits.</summary>
    public required string ModelContent { get; init; }

    /// <summary>Its kind.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>Who is to run the quantised one.</summary>
    public required QuantizationProfile Profile { get; init; }

    /// <summary>When the scales of activations are found.</summary>
    public required QuantizationScheme Scheme { get; init; }

    /// <summary>The most points that might be lost; what asked for it sets it.</summary>
    public double MaxLoss { get; init; } = 1.0;

    /// <summary>The quantised model's file; null where it was refused.</summary>
    public string? Output { get; init; }

    /// <summary>The fingerprint of the quantised model's content, like <see cref="ModelContent"/>; null where it was refused.</summary>
    public string? OutputContent { get; init; }

    /// <summary>Whether it passed.</summary>
    public bool Published => Output is not null;

    /// <summary>Why it was refused, each for people; empty where it passed.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>What a person should know all the same: too few pictures to prove the bound, pictures that could not be read, constant activations.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Pictures it was calibrated on, or its layers chosen on; 0 where there were none.</summary>
    public required int CalibrationPictures { get; init; }

    /// <summary>The method that was chosen for ranges; null where none are needed.</summary>
    public RangeMethod? Method { get; init; }

    /// <summary>Pairs of layers between which channels were made alike, such as "fire8/squeeze to fire8/expand1x1"; none where it did not help.</summary>
    public IReadOnlyList<string> Equalised { get; init; } = [];

    /// <summary>Whether biases were corrected for what rounding weights adds on average.</summary>
    public bool BiasesCorrected { get; init; }

    /// <summary>Every set of layers that was tried, in order.</summary>
    public IReadOnlyList<QuantizationStep> Steps { get; init; } = [];

    /// <summary>Every convolution and matrix product, in the graph's order.</summary>
    public IReadOnlyList<QuantizedLayer> Layers { get; init; } = [];

    /// <summary>What was lost, on pictures that calibration never saw; null where it did not come to that.</summary>
    public AccuracyFinding? Accuracy { get; init; }

    /// <summary>What was gained; null where it did not come to that.</summary>
    public GainFinding? Gain { get; init; }

    /// <summary>Which kernels ran; null where they could not be seen.</summary>
    public KernelFinding? Kernels { get; init; }

    /// <summary>Seconds that it all took.</summary>
    public double Seconds { get; init; }

    /// <summary>Largest resident memory of the process meanwhile, over what it had before.</summary>
    public Bytes PeakMemory { get; init; }
}

/// <summary>A set of layers that was tried.</summary>
/// <param name="Name">What it is, such as "all, entropy" or "without head.cls".</param>
/// <param name="Quantised">Layers quantised.</param>
/// <param name="Score">The metric on the calibration pictures, in points of 100.</param>
/// <param name="Loss">Points it lost against the float model on them; may be below zero.</param>
/// <param name="RunTime">Milliseconds of a run on one thread, the median; null where it cannot be run here.</param>
/// <param name="Share">That over the float engine's.</param>
/// <param name="Chosen">Whether this is the one that went to the gate.</param>
public sealed record QuantizationStep(string Name, int Quantised, double Score, double Loss, double? RunTime, double? Share, bool Chosen = false);

/// <summary>A convolution or matrix product.</summary>
/// <param name="Name">The node, as the model names it; else its output.</param>
/// <param name="Op">Its operator, such as "Conv"; a depthwise convolution is "Conv (depthwise)".</param>
/// <param name="Group">Layers that are chosen together with it.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Quantised">Whether it runs in integers.</param>
/// <param name="Why">Why it does or does not, for people.</param>
/// <param name="SignalToNoise">Decibels at the model's outputs with its group alone quantised; null where that was not tried.</param>
/// <param name="Loss">Points lost on the calibration pictures with its group alone quantised; null where that was not tried.</param>
public sealed record QuantizedLayer(string Name, string Op, string Group, long Weights, bool Quantised, string Why, double? SignalToNoise, double? Loss);

/// <summary>How much worse the quantised model is, in points of 100.</summary>
/// <param name="Metric">What was measured: "mAP .5:.95", "top-1", or "agreement" where nobody said what the pictures show.</param>
/// <param name="Pictures">On how many.</param>
/// <param name="Float">The float model's.</param>
/// <param name="Quantised">The quantised model's.</param>
/// <param name="Low">Lower end of the loss's 95 % interval, by paired bootstrap over pictures.</param>
/// <param name="High">Upper end.</param>
/// <param name="Agreement">How often both say the same, of 100.</param>
/// <param name="Further">Other metrics: name, float, quantised.</param>
public sealed record AccuracyFinding(
    string Metric, int Pictures, double Float, double Quantised, double Low, double High, double Agreement, IReadOnlyList<FurtherMetric> Further)
{
    /// <summary>The name of <see cref="Metric"/> where nobody said what the pictures show.</summary>
    public const string AgreementMetric = "agreement";

    /// <summary>Points lost; below zero where it became better.</summary>
    public double Loss => Float - Quantised;
}

/// <summary>Another metric of both, in points of 100.</summary>
public sealed record FurtherMetric(string Name, double Float, double Quantised);

/// <summary>What was gained.</summary>
/// <param name="FloatBytes">The float model's file, and those that it keeps weights in.</param>
/// <param name="QuantisedBytes">The quantised one's.</param>
/// <param name="FloatMilliseconds">A run of the float model's engine on one thread, the median; null where it cannot be run here.</param>
/// <param name="QuantisedMilliseconds">The quantised one's, in alternating rounds.</param>
/// <param name="RunShare">Median over rounds of the quantised over the float.</param>
public sealed record GainFinding(long FloatBytes, long QuantisedBytes, double? FloatMilliseconds, double? QuantisedMilliseconds, double? RunShare)
{
    /// <summary>The quantised file over the float one.</summary>
    public double FileShare => (double)QuantisedBytes / FloatBytes;
}

/// <summary>Which kernels a profile of the finished model saw.</summary>
/// <param name="Integer">Quantised layers whose integer kernel ran; on TensorRT those inside its engines, which do not show their kernels.</param>
/// <param name="Missed">Quantised layers that ran as floats all the same, by name.</param>
/// <param name="IntegerTime">Share of the kernels' time that was spent in integer ones, 0 to 1.</param>
public sealed record KernelFinding(int Integer, IReadOnlyList<string> Missed, double IntegerTime);
