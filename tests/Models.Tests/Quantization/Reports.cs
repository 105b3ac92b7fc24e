using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>Made reports, with something in every place.</summary>
internal static class Reports
{
    public static readonly QuantizationReport Published = new()
    {
        Model = "/models/picodet_s.onnx",
        ModelContent = new string('a', 64),
        Kind = ModelKind.PicoDet,
        Profile = QuantizationProfile.Cpu,
        Scheme = QuantizationScheme.Static,
        MaxLoss = 1,
        Output = "/models/picodet_s.int8.onnx",
        OutputContent = new string('b', 64),
        Warnings = ["46 pictures are too few to prove a loss of at most 1 point: it may be up to 1.4"],
        CalibrationPictures = 39,
        Method = RangeMethod.Entropy,
        Steps =
        [
            new("all, minmax", 66, 3.1, 32.2, 12.9, 0.68),
            new("all, entropy", 66, 30.3, 5.0, 12.8, 0.675),
            new("all, percentile", 66, 29.5, 5.8, 12.9, 0.682),
            new("without head.cls", 62, 34.4, 0.9, 13.9, 0.733),
            new("without head.cls, stem", 61, 34.7, 0.6, 14.3, 0.752, Chosen: true),
            new("without head", 58, 35.4, -0.1, 15.5, 0.816),
        ],
        Layers =
        [
            new("conv_0", "Conv", "stem", 432, false, "its group loses 0.3 points by itself", 21.4, 0.3),
            new("conv_1", "Conv (depthwise)", "block 1", 144, true, "loses next to nothing", 44, 0),
            new("head_cls", "Conv", "head.cls", 8192, false, "its group loses 4.1 points by itself", 9.8, 4.1),
            new("reshape_mm", "MatMul", "tail", 64, false, "its weights are not constant", null, null),
        ],
        Accuracy = new AccuracyFinding("mAP .5:.95", 46, 37.3, 36.8, -0.6, 1.4, 94.2, [new("mAP .5", 55.4, 55.1)]),
        Gain = new GainFinding(4_040_569, 1_420_000, 19, 14.2, 0.748),
        Kernels = new KernelFinding(60, ["conv_17"], 0.83),
        Seconds = 141.2,
        PeakMemory = Bytes.MiB(310),
    };

    public static readonly QuantizationReport Refused = Published with
    {
        Output = null, OutputContent = null, Refusals = ["it loses 3.2 points, and the bound is 1", "its file is no smaller"],
    };
}
