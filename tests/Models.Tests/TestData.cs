using ActorPipeline.Catalog;

namespace ActorPipeline;

/// <summary>Where the uncommitted data is, and the cards of its models.</summary>
internal static class TestData
{
    public const string Missing = "needs the data folder; set ACTORPIPELINE_DATA to it";

    public static string? Root { get; } = Environment.GetEnvironmentVariable("ACTORPIPELINE_DATA") is { Length: > 0 } root && Directory.Exists(root) ? Path.GetFullPath(root) : null;

    public static string PathOf(params string[] parts) => Path.Combine([Root!, .. parts]);

    public static string Video => PathOf("video", "vtest.avi");

    public static ModelCard Card(string file, ModelKind kind, string? labels = null) => new()
    {
        Id = new ModelId(Path.GetFileNameWithoutExtension(file)),
        Path = PathOf("models", file),
        Kind = kind,
        LabelsPath = labels is null ? null : PathOf("labels", labels),
        Input = InputSettings.DefaultFor(kind),
    };

    public static ModelCard PicoDetS => Card("picodet_s_320_coco.onnx", ModelKind.PicoDet, "coco80.txt");

    public static ModelCard PicoDetXs => Card("picodet_xs_320_processed.onnx", ModelKind.PicoDet, "coco80.txt");

    public static ModelCard YoloxNano => Card("yolox_nano.onnx", ModelKind.Yolox, "coco80.txt");

    public static ModelCard SqueezeNet => Card("SqueezeNet_fp32.onnx", ModelKind.Classification, "imagenet1k.txt") with
    {
        Input = new InputSettings { Channels = ChannelOrder.Bgr, Mean = [104, 117, 123], Std = [1, 1, 1] },
        Top = 5,
    };

    public static ModelCard TextLine => Card("PP_LCNet_x1_0_textline_ori.onnx", ModelKind.Classification, "textline.txt");

    public static ModelCard PpLcNet => Card("pplcnet_x1_0_random1000.onnx", ModelKind.Classification);
}
