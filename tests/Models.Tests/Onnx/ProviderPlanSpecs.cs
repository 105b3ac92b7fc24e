using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Providers;

namespace ActorPipeline.Onnx;

public class ProviderPlanSpecs
{
    private static readonly ModelCard Card = TinyOnnx.Card("model.onnx") with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu] };

    public static TheoryData<Exception> WaysToSayNo => new(
        new EntryPointNotFoundException("no such entry point"),
        new DllNotFoundException("libcublasLt.so.13: cannot open shared object file"),
        new TypeInitializationException("X", null),
        new NotSupportedException("not on this platform"));

    private static ProviderChoices Choices(ModelCard card) => ProviderPlan.Candidates(card, Played.Float, Played.Machine(Played.Orin));

    [Theory]
    [MemberData(nameof(WaysToSayNo))]
    public void Should_go_on_to_the_next_provider_when_one_says_no(Exception no)
    {
        var tried = new List<ExecutionProvider>();
        var opened = ProviderPlan.Choose(Card, Choices(Card), candidate =>
        {
            tried.Add(candidate.Provider);
            return candidate.Provider == ExecutionProvider.TensorRt ? throw no : null!;
        });
        Assert.Equal([ExecutionProvider.TensorRt, ExecutionProvider.Cuda], tried);
        Assert.Equal(ExecutionProvider.Cuda, opened.Provider);
        Assert.StartsWith("cuda fp32 (tensorrt ", opened.Reason);
    }

    [Fact]
    public void Should_name_the_first_and_its_precision_alone_when_it_is_to_be_had() =>
        Assert.Equal("tensorrt fp16", ProviderPlan.Choose(Card, Choices(Card), _ => null!).Reason);

    [Fact]
    public void Should_tell_the_whole_story_in_one_line_when_less_than_asked_for_runs()
    {
        var card = Card with { Device = new DeviceSettings { Precision = DevicePrecision.Int8 } };
        var opened = ProviderPlan.Choose(card, ProviderPlan.Candidates(card, Played.Float, Played.Machine(Played.Nano)), _ => null!);
        Assert.Equal("tensorrt fp16 (tensorrt: no int8 on NVIDIA Tegra X1: it has compute capability 5.3, and INT8 needs 6.1, or 7.0 and up)", opened.Reason);
        Assert.Equal("fp16", opened.Candidate.Precision);
    }

    [Fact]
    public void Should_tell_which_package_is_missing_when_the_native_library_does_not_load()
    {
        var cpu = Card with { Providers = [ExecutionProvider.Cpu] };
        var e = Assert.Throws<ModelLoadException>(() => ProviderPlan.Choose(cpu, Choices(cpu), _ => throw new DllNotFoundException("libonnxruntime.so")));
        Assert.Equal(LoadFailure.NativeLibrary, e.Failure);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", e.Message);
    }

    [Fact]
    public void Should_refuse_with_every_reason_when_nothing_of_the_card_is_to_be_had()
    {
        var card = Card with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda] };
        var e = Assert.Throws<ModelLoadException>(() => ProviderPlan.Choose(card, ProviderPlan.Candidates(card, Played.Float, Played.Machine(null)), _ => null!));
        Assert.Equal(LoadFailure.NoProvider, e.Failure);
        Assert.Contains("tensorrt: no CUDA device was found; cuda: no CUDA device was found", e.Message);
    }

    [Fact]
    public void Should_refuse_when_the_card_names_no_provider()
    {
        var card = Card with { Providers = [] };
        Assert.Equal(LoadFailure.NoProvider, Assert.Throws<ModelLoadException>(() => ProviderPlan.Choose(card, Choices(card), _ => null!)).Failure);
    }
}
