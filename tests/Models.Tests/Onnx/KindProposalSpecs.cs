using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

public sealed class KindProposalSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ModelKind.Yolox, 2, 1, 84, 7)]
    [InlineData(ModelKind.Yolov5, 2, 1, 252, 7)]
    [InlineData(ModelKind.Yolov8, 3, 1, 7, 84)]
    [InlineData(ModelKind.Db, 1, 1, 1, 64, 64)]
    [InlineData(ModelKind.Classification, 10, 1, 10)]
    [InlineData(ModelKind.Ctc, 97, 1, 8, 97)]
    public void Should_tell_the_kind_by_the_outputs_when_they_are_its_own(ModelKind kind, int classes, params int[] shape)
    {
        var path = Write(TinyOnnx.Gives(64, 64, ("out", TinyOnnx.Float, TinyOnnx.Floats(0, shape.Aggregate(1, (a, b) => a * b)), [.. shape.Select(d => (long)d)])));
        var found = KindProposal.Of(TinyOnnx.Card(path));
        Assert.Equal((kind, classes, 64, 64), (found!.Kind, found.Classes, found.Width, found.Height));
        Assert.Equivalent(InputSettings.DefaultFor(kind), found.Input, strict: true);
    }

    [Theory]
    [InlineData(ModelKind.Db, 736, 736, -1, 1, -1, -1)]
    [InlineData(ModelKind.Ctc, 320, 48, -1, -1, 97)]
    [InlineData(ModelKind.Classification, 224, 224, -1, 2)]
    public void Should_propose_a_size_when_the_model_leaves_it_free(ModelKind kind, int width, int height, params int[] declared)
    {
        var path = Write(TinyOnnx.FreeSize("out", TinyOnnx.Bytes(0), [1], [.. declared.Select(d => (long)d)]));
        var found = KindProposal.Of(TinyOnnx.Card(path))!;
        Assert.Equal((kind, width, height), (found.Kind, found.Input.Width, found.Input.Height));
        var said = KindProposal.Of(TinyOnnx.Card(path) with { Input = new InputSettings { Width = 96 } })!;
        Assert.Equal((96, height), (said.Width, said.Height));
    }

    [Fact]
    public void Should_propose_nothing_when_the_tensors_are_no_kinds()
    {
        var path = Write(TinyOnnx.Gives(64, 64, ("out", TinyOnnx.Float, TinyOnnx.Floats(0, 2 * 3 * 4 * 5), [1, 2, 3, 4, 5])));
        Assert.Null(KindProposal.Of(TinyOnnx.Card(path)));
        Assert.Contains("no yolov8 model", Assert.Throws<ModelLoadException>(() => KindProposal.Of(TinyOnnx.Card(path), ModelKind.Yolov8)).Message);
        Assert.Null(KindProposal.Of(TinyOnnx.Card(Write(TinyOnnx.TwoInputs()))));
    }

    [DataTheory]
    [InlineData("picodet_s_320_coco.onnx", ModelKind.PicoDet, 80)]
    [InlineData("picodet_xs_320_processed.onnx", ModelKind.PicoDet, 80)]
    [InlineData("yolox_nano.onnx", ModelKind.Yolox, 80)]
    [InlineData("SqueezeNet_fp32.onnx", ModelKind.Classification, 1000)]
    [InlineData("mobilenet_v2_quant.onnx", ModelKind.Classification, 1000)]
    [InlineData("PP_LCNet_x1_0_textline_ori.onnx", ModelKind.Classification, 2)]
    public void Should_tell_the_kind_when_the_model_is_a_real_one(string file, ModelKind kind, int classes)
    {
        var found = KindProposal.Of(TestData.Card(file, ModelKind.Classification))!;
        Assert.Equal((kind, classes), (found.Kind, found.Classes));
    }

    private string Write(byte[] graph) => _folder.Write($"{Guid.NewGuid():N}.onnx", graph);
}
