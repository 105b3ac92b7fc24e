using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

public class ProviderPlanSpecs
{
    private static readonly ModelCard Card = TinyOnnx.Card("model.onnx") with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu] };

    public static TheoryData<Exception> WaysToSayNo => new(
        new EntryPointNotFoundException("no such entry point"),
        new DllNotFoundException("libcublasLt.so.13: cannot open shared object file"),
        new TypeInitializationException("X", null),
        new NotSupportedException("not on this platform"));

    [Theory]
    [MemberData(nameof(WaysToSayNo))]
    public void Should_go_on_to_the_next_provider_when_one_says_no(Exception no)
    {
        var tried = new List<ExecutionProvider>();
        var opened = ProviderPlan.Choose(Card, provider =>
        {
            tried.Add(provider);
            return provider == ExecutionProvider.TensorRt ? throw no : null!;
        });
        Assert.Equal([ExecutionProvider.TensorRt, ExecutionProvider.Cuda], tried);
        Assert.Equal(ExecutionProvider.Cuda, opened.Provider);
        Assert.StartsWith("cuda (tensorrt: ", opened.Reason);
    }

    [Fact]
    public void Should_name_the_first_alone_when_it_is_to_be_had() =>
        Assert.Equal("tensorrt", ProviderPlan.Choose(Card, _ => null!).Reason);

    [Fact]
    public void Should_tell_which_package_is_missing_when_the_native_library_does_not_load()
    {
        var e = Assert.Throws<ModelLoadException>(() => ProviderPlan.Choose(Card, _ => throw new DllNotFoundException("libonnxruntime.so")));
        Assert.Equal(LoadFailure.NativeLibrary, e.Failure);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", e.Message);
    }

    [Fact]
    public void Should_refuse_when_the_card_names_no_provider() =>
        Assert.Equal(LoadFailure.NoProvider, Assert.Throws<ModelLoadException>(() => ProviderPlan.Choose(Card with { Providers = [] }, _ => null!)).Failure);
}
