using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

public sealed class OnnxModelRuntimeSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OnnxModelRuntime _runtime = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ChannelOrder.Bgr, 1)]
    [InlineData(ChannelOrder.Rgb, -1)]
    public void Should_feed_channels_in_the_cards_order_when_it_classifies(ChannelOrder channels, int batch)
    {
        var card = TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans(batch: batch))) with { Input = new InputSettings { Channels = channels, Mean = [0, 0, 0], Std = [100, 100, 100] } };
        using var model = (IClassifier)_runtime.Load(card, default);
        using var picture = new TestPicture(9, 7, (x, y) => (10, 20, 70));
        var top = new Classification[3];
        Assert.Equal(3, model.Classify(0, picture.View, top));
        Assert.Equal(channels == ChannelOrder.Bgr ? [2, 1, 0] : [0, 1, 2], top.Select(t => t.ClassIndex));
        Assert.Equal(0.7f, top[0].Score, 1e-4f);
        Assert.Equal(("cpu", ExecutionProvider.Cpu, "fp32", 3, 4, 4), (model.Report.ProviderReason, model.Report.Provider, model.Report.Precision, model.Report.Classes, model.Report.InputWidth, model.Report.InputHeight));
    }

    [Fact]
    public void Should_say_what_it_took_and_why_when_better_providers_are_missing()
    {
        var card = TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans())) with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu] };
        using var model = _runtime.Load(card, default);
        Assert.Equal("cpu (tensorrt: not in this build; cuda: not in this build)", model.Report.ProviderReason);
    }

    [Fact]
    public void Should_refuse_when_no_provider_of_the_card_is_to_be_had()
    {
        var e = Fails(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans())) with { Providers = [ExecutionProvider.Cuda] }, LoadFailure.NoProvider);
        Assert.Contains("cuda: not in this build", e.Message);
    }

    [Fact]
    public void Should_refuse_when_the_file_is_missing()
    {
        var e = Fails(TinyOnnx.Card(_folder.File("nowhere.onnx")), LoadFailure.FileMissing);
        Assert.Contains("does not exist", e.Message);
    }

    [Fact]
    public void Should_refuse_when_the_path_is_a_directory() => Fails(TinyOnnx.Card(_folder.Path), LoadFailure.FileMissing);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Should_refuse_when_the_file_is_cut_off(int bytes) => Fails(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans()[..bytes])), LoadFailure.NotAModel);

    [DataTheory]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Should_refuse_when_a_real_model_is_cut_off(double part)
    {
        var whole = File.ReadAllBytes(TestData.PicoDetS.Path);
        Fails(TestData.PicoDetS with { Path = _folder.Write("cut.onnx", whole[..(int)(whole.Length * part)]) }, LoadFailure.NotAModel);
    }

    [Fact]
    public void Should_refuse_when_the_file_is_no_model()
    {
        Fails(TinyOnnx.Card(Tiny("This is a text, not a model.\n"u8.ToArray())), LoadFailure.NotAModel);
        var noise = new byte[10_000];
        new Random(3).NextBytes(noise);
        Fails(TinyOnnx.Card(Tiny(noise)), LoadFailure.NotAModel);
    }

    [Theory]
    [InlineData(ModelKind.PicoDet, "4 class maps")]
    [InlineData(ModelKind.Yolox, "5 + classes")]
    public void Should_refuse_when_a_classifier_is_declared_a_detector(ModelKind kind, string expected)
    {
        var e = Fails(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans()), kind), LoadFailure.WrongShape);
        Assert.Contains(expected, e.Message);
        Assert.Contains("scores Float[1,3,1,1]", e.Message);
    }

    [DataFact]
    public void Should_refuse_when_a_detector_is_declared_a_classifier() => Fails(TestData.PicoDetS with { Kind = ModelKind.Classification, LabelsPath = null }, LoadFailure.WrongShape);

    [DataFact]
    public void Should_refuse_when_the_input_is_of_half_precision()
    {
        var e = Fails(TestData.Card("SqueezeNet_fp16.onnx", ModelKind.Classification), LoadFailure.WrongShape);
        Assert.Contains("Float16", e.Message);
    }

    [Fact]
    public void Should_refuse_when_inputs_are_not_one_picture()
    {
        Assert.Contains("2 inputs", Fails(TinyOnnx.Card(Tiny(TinyOnnx.TwoInputs())), LoadFailure.WrongShape).Message);
        Assert.Contains("[1,3,H,W]", Fails(TinyOnnx.Card(Tiny(TinyOnnx.Identity(1, 10))), LoadFailure.WrongShape).Message);
        Fails(TinyOnnx.Card(Tiny(TinyOnnx.Identity(1, 1, 8, 8))), LoadFailure.WrongShape);
        Fails(TinyOnnx.Card(Tiny(TinyOnnx.Identity(1, 3, -1, -1))), LoadFailure.WrongShape);
        Fails(TinyOnnx.Card(Tiny(TinyOnnx.Identity(8, 3, 4, 4))), LoadFailure.WrongShape);
    }

    [Fact]
    public void Should_refuse_when_the_label_list_has_another_length()
    {
        var labels = _folder.Write("labels.txt", "a\nb\n"u8.ToArray());
        var e = Fails(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans())) with { LabelsPath = labels }, LoadFailure.WrongLabels);
        Assert.Contains("3 classes", e.Message);
        Assert.Contains("2 lines", e.Message);
    }

    [Fact]
    public void Should_refuse_when_the_label_list_is_missing() =>
        Fails(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans())) with { LabelsPath = _folder.File("no-labels.txt") }, LoadFailure.FileMissing);

    [Fact]
    public void Should_say_so_when_the_load_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var e = Assert.Throws<ModelLoadException>(() => _runtime.Load(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans())), cancelled.Token));
        Assert.Equal(LoadFailure.Cancelled, e.Failure);
    }

    [Fact]
    public void Should_refuse_it_as_ever_when_it_was_to_be_prepared()
    {
        var runtime = new OnnxModelRuntime(engines: new EngineSettings { Folder = _folder.File("cache/engines") });
        Assert.Equal(LoadFailure.NotAModel, Assert.Throws<ModelLoadException>(() => runtime.Load(TinyOnnx.Card(Tiny([1, 2, 3])), default)).Failure);
        Assert.Equal(LoadFailure.WrongShape, Assert.Throws<ModelLoadException>(() => runtime.Load(TinyOnnx.Card(Tiny(TinyOnnx.ChannelMeans(type: TinyOnnx.Float16))), default)).Failure);
        Assert.Equal(LoadFailure.FileMissing, Assert.Throws<ModelLoadException>(() => runtime.Load(TinyOnnx.Card(_folder.File("nowhere.onnx")), default)).Failure);
        Assert.Empty(Directory.GetDirectories(_folder.File("cache/engines")));
    }

    [Fact]
    public void Should_estimate_more_when_the_file_is_larger()
    {
        var card = TinyOnnx.Card("unread.onnx");
        var small = FootprintEstimate.Of(card, 1_000_000, arena: false);
        var large = FootprintEstimate.Of(card, 20_000_000, arena: false);
        Assert.Equal(FootprintSource.Estimated, small.Source);
        Assert.True(large.Load.Total > small.Load.Total && large.Resident.Total > small.Resident.Total);
    }

    private ModelLoadException Fails(ModelCard card, LoadFailure failure)
    {
        var e = Assert.Throws<ModelLoadException>(() => _runtime.Load(card, default));
        Assert.Equal((failure, card.Id), (e.Failure, e.Model));
        Assert.Contains($"'{card.Id}'", e.Message);
        Assert.Contains(card.Path, e.Message);
        return e;
    }

    private string Tiny(byte[] graph) => _folder.Write($"{Guid.NewGuid():N}.onnx", graph);
}
