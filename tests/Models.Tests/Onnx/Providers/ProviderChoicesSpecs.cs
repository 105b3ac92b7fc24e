using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

public class ProviderChoicesSpecs
{
    private static readonly ModelCard Card = TinyOnnx.Card("model.onnx") with { Providers = [ExecutionProvider.TensorRt] };

    private static ProviderChoices Of(string device, DevicePrecision wanted, ModelFacts model, bool fallback = true, params ExecutionProvider[] providers) =>
        ProviderChoices.Of(
            Card with { Providers = providers.Length == 0 ? Card.Providers : providers, Device = new DeviceSettings { Precision = wanted, AllowFallback = fallback } },
            model, Played.Machine(Played.Capability(device)));

    private static string Runs(ProviderChoices choices) => string.Join(" ", choices.Candidates.Select(c => $"{ProviderPlan.Name(c.Provider)}:{c.Precision}"));

    [Theory]
    [InlineData("nano", "tensorrt:fp16")]
    [InlineData("tx2", "tensorrt:fp16")]
    [InlineData("orin", "tensorrt:fp16")]
    [InlineData("gtx1080", "tensorrt:fp32")]
    [InlineData("rtx3060", "tensorrt:fp16")]
    public void Should_choose_fp16_where_it_is_faster_when_the_card_leaves_it_open(string device, string expected)
    {
        var choices = Of(device, DevicePrecision.Auto, Played.Float);
        Assert.Equal(expected, Runs(choices));
        Assert.Empty(choices.Rejections);
    }

    [Fact]
    public void Should_say_that_fp16_is_slow_when_it_takes_fp32_instead() =>
        Assert.Equal("no fp16 on NVIDIA GeForce GTX 1080: with compute capability 6.1 it is slower than fp32", Of("gtx1080", DevicePrecision.Auto, Played.Float).Candidates.Single().Note);

    [Theory]
    [InlineData("nano", false)]
    [InlineData("tx2", false)]
    [InlineData("gtx1080", true)]
    [InlineData("orin", true)]
    [InlineData("rtx3060", true)]
    public void Should_run_a_quantised_model_in_int8_alone_when_the_device_has_it(string device, bool has)
    {
        var choices = Of(device, DevicePrecision.Auto, Played.Qdq);
        Assert.Equal(has ? "tensorrt:int8" : "", Runs(choices));
        Assert.Equal(has, !choices.Rejections.Any(r => r.Why.Contains("INT8 needs 6.1, or 7.0 and up")));
    }

    [Fact]
    public void Should_tell_a_nano_and_run_fp16_when_int8_is_wanted_of_a_float_model()
    {
        var choices = Of("nano", DevicePrecision.Int8, Played.Float);
        Assert.Equal("tensorrt:fp16", Runs(choices));
        Assert.Equal("no int8 on NVIDIA Tegra X1: it has compute capability 5.3, and INT8 needs 6.1, or 7.0 and up", choices.Rejections.Single().Why);
    }

    [Fact]
    public void Should_run_nothing_on_a_nano_when_int8_is_wanted_and_no_fallback_allowed()
    {
        Assert.Equal("", Runs(Of("nano", DevicePrecision.Int8, Played.Float, fallback: false)));
        Assert.Equal("", Runs(Of("nano", DevicePrecision.Int8, Played.Qdq, fallback: false)));
        Assert.Equal("cpu:int8", Runs(Of("nano", DevicePrecision.Int8, Played.Qdq, fallback: false, ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu)));
    }

    [Fact]
    public void Should_say_what_the_model_lacks_when_int8_is_wanted_of_a_float_model_on_a_device_that_has_it()
    {
        var choices = Of("orin", DevicePrecision.Int8, Played.Float);
        Assert.Equal("tensorrt:fp16", Runs(choices));
        Assert.Contains("QuantizeLinear and DequantizeLinear", choices.Rejections.Single().Why);
    }

    [Fact]
    public void Should_refuse_models_quantised_for_the_processor_when_tensorrt_is_asked() =>
        Assert.Contains("the processor's operators", Of("orin", DevicePrecision.Auto, Played.QLinear).Rejections.Single().Why);

    [Theory]
    [InlineData(true, "tensorrt:int8")]
    [InlineData(false, "")]
    public void Should_run_a_quantised_model_as_it_is_only_when_the_card_allows_less_than_it_wants(bool fallback, string expected)
    {
        var choices = Of("orin", DevicePrecision.Fp16, Played.Qdq, fallback);
        Assert.Equal(expected, Runs(choices));
        Assert.Contains("cannot run in fp16", fallback ? choices.Candidates.Single().Note : choices.Rejections.Single().Why);
    }

    [Theory]
    [InlineData(true, "tensorrt:fp32")]
    [InlineData(false, "")]
    public void Should_take_fp32_for_slow_fp16_only_when_the_card_allows_it(bool fallback, string expected)
    {
        var choices = Of("gtx1080", DevicePrecision.Fp16, Played.Float, fallback);
        Assert.Equal(expected, Runs(choices));
        Assert.Contains("slower than fp32", choices.Rejections.Single().Why);
    }

    [Fact]
    public void Should_never_run_cuda_in_fp32_without_a_word_when_less_was_wanted()
    {
        Assert.Contains("computes in fp32", Of("orin", DevicePrecision.Fp16, Played.Float, true, ExecutionProvider.Cuda).Candidates.Single().Note);
        Assert.Contains("in fp32", Of("orin", DevicePrecision.Auto, Played.Qdq, true, ExecutionProvider.Cuda).Candidates.Single().Note);
        Assert.Contains("would compute in fp32", Of("orin", DevicePrecision.Int8, Played.Qdq, false, ExecutionProvider.Cuda).Rejections.Single().Why);
        Assert.Equal("", Of("orin", DevicePrecision.Auto, Played.Float, true, ExecutionProvider.Cuda).Candidates.Single().Note);
    }

    [Fact]
    public void Should_keep_the_cards_order_when_there_are_several()
    {
        var choices = Of("orin", DevicePrecision.Auto, Played.Float, true, ExecutionProvider.Cpu, ExecutionProvider.Cuda, ExecutionProvider.TensorRt);
        Assert.Equal("cpu:fp32 cuda:fp32 tensorrt:fp16", Runs(choices));
    }

    [Fact]
    public void Should_say_which_is_missing_when_the_build_or_the_device_is()
    {
        var card = Card with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu] };
        var plain = ProviderChoices.Of(card, Played.Float, new ProviderMachine(["CPUExecutionProvider"], null, null));
        var blind = ProviderChoices.Of(card, Played.Float, Played.Machine(null));

        Assert.All(plain.Rejections, r => Assert.Equal("not in this build", r.Why));
        Assert.All(blind.Rejections, r => Assert.Equal("no CUDA device was found", r.Why));
        Assert.Equal(("cpu:fp32", "cpu:fp32"), (Runs(plain), Runs(blind)));
    }
}
