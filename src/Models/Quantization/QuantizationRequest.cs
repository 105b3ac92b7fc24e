using ActorPipeline.Catalog;
using ActorPipeline.Onnx;

namespace ActorPipeline.Quantization;

/// <summary>Who is to run the quantised model: what is fused into integer kernels differs.</summary>
public enum QuantizationProfile
{
    /// <summary>ONNX Runtime on the processor: unsigned asymmetric activations.</summary>
    Cpu,

    /// <summary>TensorRT: signed symmetric activations, zero point 0, none behind convolutions and matrix products.</summary>
    TensorRt,
}

/// <summary>When the scales of activations are found.</summary>
public enum QuantizationScheme
{
    /// <summary>Ahead, on calibration pictures: Q/DQ form.</summary>
    Static,

    /// <summary>At each run, for matrix products alone. Needs no calibration pictures; does next to nothing for convolutions.</summary>
    Dynamic,
}

/// <summary>How the range of an activation is chosen from what calibration saw of it.</summary>
public enum RangeMethod
{
    /// <summary>All of it.</summary>
    MinMax,

    /// <summary>The range whose quantised distribution loses least information (Kullback-Leibler divergence).</summary>
    Entropy,

    /// <summary>All but the outermost thousandths of a percent.</summary>
    Percentile,
}

/// <summary>What a quantiser is asked for.</summary>
public sealed record QuantizationRequest
{
    /// <summary>The float model: its file, kind, input and labels. Its threshold says which detections agreement looks at.</summary>
    public required ModelCard Card { get; init; }

    /// <summary>
    /// A folder of pictures that the ranges, and the choice of layers, are found on. Null for none, which <see cref="QuantizationScheme.Dynamic"/>
    /// can do with: then all layers are quantised.
    /// </summary>
    public string? Calibrate { get; init; }

    /// <summary>A folder of other pictures, on which the finished model is compared with the float one.</summary>
    public required string Evaluate { get; init; }

    /// <summary>What the pictures of <see cref="Evaluate"/> show; null compares with what the float model says.</summary>
    public string? Truth { get; init; }

    /// <summary>What the pictures of <see cref="Calibrate"/> show: layers are then chosen by the task's own metric. Null chooses them by agreement.</summary>
    public string? CalibrateTruth { get; init; }

    /// <summary>Who is to run it.</summary>
    public QuantizationProfile Profile { get; init; } = QuantizationProfile.Cpu;

    /// <summary>When the scales of activations are found.</summary>
    public QuantizationScheme Scheme { get; init; } = QuantizationScheme.Static;

    /// <summary>The methods that are tried for ranges; at least one.</summary>
    public IReadOnlyList<RangeMethod> Methods { get; init; } = [RangeMethod.MinMax, RangeMethod.Entropy, RangeMethod.Percentile];

    /// <summary>The most that may be lost of the metric, in percentage points. 0 to 100.</summary>
    public double MaxLoss { get; init; } = 1.0;

    /// <summary>A run has to take less than so many times the float engine's. 1 to 100; above 1 publishes what is smaller and not quicker.</summary>
    public double MaxTime { get; init; } = 1.0;

    /// <summary>Whether to publish what cannot be proved here for want of the device: run time and kernels of <see cref="QuantizationProfile.TensorRt"/>.</summary>
    public bool Unproven { get; init; }

    /// <summary>Where the quantised model goes; its report goes beside it, <c>.json</c> in the place of <c>.onnx</c>.</summary>
    public required string Output { get; init; }

    /// <summary><c>actor-pipeline.onnxruntime.library</c>.</summary>
    public string Library { get; init; } = OnnxLibraryUse.Auto;

    /// <summary>The COCO file that says what a detector's pictures show where nobody names one: beside their folder, under its name. It need not be there.</summary>
    public static string TruthBeside(string pictures) => $"{Path.TrimEndingDirectorySeparator(pictures)}.json";
}
