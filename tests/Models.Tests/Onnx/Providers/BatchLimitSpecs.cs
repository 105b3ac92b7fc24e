using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

public sealed class BatchLimitSpecs
{
    [Theory]
    [InlineData(ExecutionProvider.Cpu, true, 64)]
    [InlineData(ExecutionProvider.Cuda, true, 64)]
    [InlineData(ExecutionProvider.Cuda, false, 1)]
    [InlineData(ExecutionProvider.TensorRt, true, 8)]
    public void Should_be_what_the_provider_takes_when_the_batch_is_free(ExecutionProvider provider, bool free, int most) =>
        Assert.Equal(most, BatchLimit.Of(Card(ModelKind.Classification), free, provider, new ProviderMachine([], null, null)));

    [Fact]
    public void Should_be_one_when_the_library_builds_for_no_range_or_the_model_is_a_detector()
    {
        Assert.Equal(1, BatchLimit.Of(Card(ModelKind.Classification), true, ExecutionProvider.TensorRt, new ProviderMachine([], new Version(1, 15), null)));
        Assert.Equal(1, BatchLimit.Of(Card(ModelKind.PicoDet), true, ExecutionProvider.Cpu, new ProviderMachine([], null, null)));
    }

    private static ModelCard Card(ModelKind kind) => new() { Id = new ModelId("m"), Path = "m.onnx", Kind = kind, Device = new DeviceSettings { Batch = [4, 8] } };
}
