using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

public class DevicePlanSpecs
{
    private const string Fallback = "session.disable_cpu_ep_fallback", Compile = "session.disable_model_compile";

    private static readonly ModelCard Card = TinyOnnx.Card("models/model.onnx") with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu] };
    private static readonly ProviderMachine Machine = Played.Machine(Played.Rtx3060);
    private static readonly TensorRtStage Loading = new TensorRtStage.Loading("/cache/entry");

    [Fact]
    public void Should_forbid_the_processor_and_cuda_when_the_card_allows_no_fallback()
    {
        var strict = Card with { Device = new DeviceSettings { AllowFallback = false } };
        var plan = DevicePlan.TensorRt(strict, Played.Float, Machine, "fp16", TensorRtStage.Direct.Instance);
        Assert.Equal("1", plan.Entries[Fallback]);
        Assert.Null(plan.CudaBeside);
        Assert.Equal("1", DevicePlan.Cuda(strict, Machine).Entries[Fallback]);
    }

    [Fact]
    public void Should_let_the_rest_run_on_cuda_only_when_the_card_names_it()
    {
        Assert.NotNull(DevicePlan.TensorRt(Card, Played.Float, Machine, "fp16", Loading).CudaBeside);
        Assert.Null(DevicePlan.TensorRt(Card with { Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cpu] }, Played.Float, Machine, "fp16", Loading).CudaBeside);
        Assert.DoesNotContain(Fallback, DevicePlan.TensorRt(Card, Played.Float, Machine, "fp16", Loading).Entries.Keys);
    }

    [Fact]
    public void Should_leave_the_graph_to_tensorrt_when_it_is_quantised()
    {
        var plan = DevicePlan.TensorRt(Card, Played.Qdq, Machine, "int8", TensorRtStage.Direct.Instance);
        Assert.Equal((false, "1"), (plan.Optimise, plan.ProviderOptions["trt_int8_enable"]));
        Assert.True(DevicePlan.TensorRt(Card, Played.Float, Machine, "fp16", TensorRtStage.Direct.Instance).Optimise);
    }

    [Fact]
    public void Should_open_the_kept_model_and_build_nothing_when_it_loads()
    {
        Assert.Equal("1", DevicePlan.TensorRt(Card, Played.Float, Machine, "fp16", Loading).Entries[Compile]);
        Assert.Equal("/cache/entry/model.onnx", DevicePlan.PathOf(Card, Machine, Loading));
    }

    [Fact]
    public void Should_open_the_model_itself_when_it_builds_or_the_library_keeps_no_contexts()
    {
        var building = new TensorRtStage.Building("/cache/draft", "/cache/timing");
        var old = Played.Machine(Played.Nano, "1.11.0");
        Assert.DoesNotContain(Compile, DevicePlan.TensorRt(Card, Played.Float, Machine, "fp16", building).Entries.Keys);
        Assert.Equal(Card.Path, DevicePlan.PathOf(Card, Machine, building));
        Assert.DoesNotContain(Compile, DevicePlan.TensorRt(Card, Played.Float, old, "fp16", Loading).Entries.Keys);
        Assert.Equal(Card.Path, DevicePlan.PathOf(Card, old, Loading));
    }

    [Fact]
    public void Should_bound_cuda_as_the_card_says_when_it_runs_there()
    {
        var plain = CudaOptions.For(Card, Machine);
        Assert.Equal("kSameAsRequested", plain["arena_extend_strategy"]);
        Assert.Equal("HEURISTIC", plain["cudnn_conv_algo_search"]);
        Assert.Equal(("0", "1", "1"), (plain["cudnn_conv_use_max_workspace"], plain["use_tf32"], plain["do_copy_in_default_stream"]));
        Assert.DoesNotContain("gpu_mem_limit", plain.Keys);

        var bound = CudaOptions.For(Card with { Device = new DeviceSettings { MemoryLimit = Bytes.MiB(256), Tf32 = false, CudnnMaxWorkspace = true } }, Machine);
        Assert.Equal(("268435456", "0", "1"), (bound["gpu_mem_limit"], bound["use_tf32"], bound["cudnn_conv_use_max_workspace"]));
        Assert.DoesNotContain("use_tf32", CudaOptions.For(Card, Played.Machine(Played.Nano, "1.11.0")).Keys);
    }
}
