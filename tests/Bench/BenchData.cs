using ActorPipeline.Catalog;

namespace ActorPipeline.Bench;

/// <summary>The shared data that benchmarks run on.</summary>
internal static class BenchData
{
    /// <summary>The folder that ACTORPIPELINE_DATA names.</summary>
    public static string Root => Environment.GetEnvironmentVariable("ACTORPIPELINE_DATA") is { Length: > 0 } root
        ? root
        : throw new InvalidOperationException("Set ACTORPIPELINE_DATA to the folder with models/, labels/, video/ and coco_cc/.");

    /// <summary>A file in it.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>PicoDet-S 320 as exported; its footprint as measured for two lanes, as in hocon/street.conf.</summary>
    public static ModelCard PicoDet => new()
    {
        Id = new ModelId("detector"),
        Path = File("models", "picodet_s_320_coco.onnx"),
        Kind = ModelKind.PicoDet,
        LabelsPath = File("labels", "coco80.txt"),
        Footprint = Footprint.Declared(Bytes.MiB(8), Bytes.MiB(6), Bytes.MiB(10)),
    };

    /// <summary>SqueezeNet.</summary>
    public static ModelCard SqueezeNet => new()
    {
        Id = new ModelId("classifier"),
        Path = File("models", "SqueezeNet_fp32.onnx"),
        Kind = ModelKind.Classification,
        LabelsPath = File("labels", "imagenet1k.txt"),
        Input = new InputSettings { Channels = ChannelOrder.Bgr, Mean = [104, 117, 123], Std = [1, 1, 1] },
        Footprint = Footprint.Declared(Bytes.MiB(8), Bytes.MiB(6), Bytes.MiB(7)),
    };

    /// <summary>
    /// PP-LCNet x1.0 with a head of random weights: for memory and speed alone. Its footprint is what two lanes were measured to take, with
    /// the weights that it maps, and a margin.
    /// </summary>
    public static ModelCard LcNet => new()
    {
        Id = new ModelId("lcnet"),
        Path = File("models", "pplcnet_x1_0_random1000.onnx"),
        Kind = ModelKind.Classification,
        Footprint = Footprint.Declared(Bytes.MiB(14), Bytes.MiB(13), Bytes.MiB(6)),
    };

    /// <summary>The street video.</summary>
    public static string Street => File("video", "vtest.avi");

    /// <summary>The shipped configuration that runs on it.</summary>
    public static string StreetConfiguration => Path.Combine(AppContext.BaseDirectory, "hocon", "street.conf");
}
