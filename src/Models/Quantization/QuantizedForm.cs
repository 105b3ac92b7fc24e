using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>What a model is made into: how it is written, and what of it can be judged on the processor.</summary>
/// <param name="Profile">Who is to run it.</param>
/// <param name="Write">Writes a prepared float model with a plan's layers quantised.</param>
internal sealed record QuantizedForm(QuantizationProfile Profile, Func<ModelProto, QdqPlan, ModelProto> Write)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Integer kernels of ONNX Runtime on the processor.</summary>
    public static readonly QuantizedForm Cpu = new(QuantizationProfile.Cpu, CpuQdqWriter.Write);

    /// <summary>TensorRT's. On the processor it is run in floats that are rounded as its integers are: right, but slow.</summary>
    public static readonly QuantizedForm TensorRt = new(QuantizationProfile.TensorRt, TensorRtQdqWriter.Write)
    {
        RunsHere = false, Entries = new Dictionary<string, string> { ["session.disable_quant_qdq"] = "1" },
    };

    /// <summary>Integer matrix products of ONNX Runtime on the processor, which find ranges at each run.</summary>
    public static readonly QuantizedForm Dynamic = new(QuantizationProfile.Cpu, DynamicWriter.Write)
    {
        NeedsRanges = false, Takes = DynamicWriter.Takes,
        WhyNone = "it has no matrix products with constant weights: dynamic quantisation has nothing to do", WhyLeft = "dynamic quantisation leaves convolutions as floats",
    };

    /// <summary>Whether the ranges of activations are found ahead, on calibration pictures.</summary>
    public bool NeedsRanges { get; init; } = true;

    /// <summary>Whether runs on the processor show how quick it is, and its kernels.</summary>
    public bool RunsHere { get; init; } = true;

    /// <summary>Whether it has a layer in integers.</summary>
    public Func<Layer, bool> Takes { get; init; } = _ => true;

    /// <summary>Why it cannot be made of a model of which it takes no layer.</summary>
    public string WhyNone { get; init; } = "";

    /// <summary>Why it leaves a layer alone that it does not take.</summary>
    public string WhyLeft { get; init; } = "";

    /// <summary>Configuration entries of sessions on the processor that judge it.</summary>
    public IReadOnlyDictionary<string, string> Entries { get; init; } = Nothing;

    /// <summary>What a request asks for.</summary>
    /// <exception cref="QuantizationException">There is no such form, or it cannot be made so.</exception>
    public static QuantizedForm Of(QuantizationRequest request)
    {
        if (request is { Scheme: QuantizationScheme.Dynamic, Profile: QuantizationProfile.TensorRt }) throw new QuantizationException(NotDynamic);
        if (request is { Scheme: QuantizationScheme.Static, Calibrate: null }) throw new QuantizationException("Static quantisation finds the ranges of activations on pictures: it needs a folder of them to calibrate on.");
        return request.Scheme == QuantizationScheme.Dynamic ? Dynamic : request.Profile == QuantizationProfile.TensorRt ? TensorRt : Cpu;
    }

    /// <summary>What is said where TensorRT is to run a dynamic model.</summary>
    public const string NotDynamic = "TensorRT takes models whose ranges were found ahead: --profile tensorrt needs --scheme static.";
}
