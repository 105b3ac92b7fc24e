using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

public sealed class OnnxFileInputSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OnnxModelRuntime _runtime = new();

    public void Dispose() => _folder.Dispose();

    [DataTheory]
    [InlineData("picodet_s_320_coco.onnx", 320, 320)]
    [InlineData("yolox_nano.onnx", 416, 416)]
    [InlineData("SqueezeNet_fp32.onnx", 224, 224)]
    [InlineData("pplcnet_x1_0_random1000.onnx", 224, 224)]
    [InlineData("PP_LCNet_x1_0_textline_ori.onnx", 160, 80)]
    [InlineData("mobilenet_v2_quant.onnx", 224, 224)]
    public void Should_find_the_picture_input_when_the_file_is_a_real_model(string file, int width, int height)
    {
        var inspected = _runtime.Inspect(TinyOnnx.Card(TestData.PathOf("models", file)));
        Assert.Equal((width, height), (inspected.InputWidth, inspected.InputHeight));
        Assert.Equal(new FileInfo(TestData.PathOf("models", file)).Length, inspected.FileSize.Count);
    }

    [Fact]
    public void Should_prefer_the_declared_footprint_when_the_card_has_one()
    {
        var declared = Footprint.Declared(Bytes.MiB(3), Bytes.MiB(2), Bytes.MiB(1));
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans()));
        Assert.Same(declared, _runtime.Inspect(card with { Footprint = declared }).Footprint);
        Assert.Equal(FootprintSource.Estimated, _runtime.Inspect(card).Footprint.Source);
    }

    [Fact]
    public void Should_refuse_when_the_file_is_missing() =>
        Assert.Equal(LoadFailure.FileMissing, Fails(_folder.File("nowhere.onnx")).Failure);

    [Fact]
    public void Should_refuse_when_the_file_is_no_model() =>
        Assert.Equal(LoadFailure.NotAModel, Fails(_folder.Write("text.onnx", "this is not a model, but it is some text"u8.ToArray())).Failure);

    [Fact]
    public void Should_never_throw_anything_else_when_a_model_is_cut_off_or_damaged_anywhere()
    {
        var whole = TinyOnnx.ChannelMeans();
        var random = new Random(7);
        for (var i = 0; i < whole.Length; i++)
        {
            Inspect(whole[..i]);
            var damaged = (byte[])whole.Clone();
            damaged[i] = (byte)random.Next(256);
            Inspect(damaged);
        }
    }

    private void Inspect(byte[] bytes)
    {
        try
        {
            _runtime.Inspect(TinyOnnx.Card(_folder.Write("damaged.onnx", bytes)));
        }
        catch (ModelLoadException error)
        {
            Assert.Contains("damaged.onnx", error.Message);
        }
    }

    private ModelLoadException Fails(string path) => Assert.Throws<ModelLoadException>(() => _runtime.Inspect(TinyOnnx.Card(path)));
}
