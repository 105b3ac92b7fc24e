using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

public class TensorRtOptionsSpecs
{
    private static readonly ModelCard Card = TinyOnnx.Card("models/model.onnx") with { Id = new ModelId("my-model"), Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda] };
    private static readonly TensorRtStage Building = new TensorRtStage.Building("/cache/draft", "/cache/timing");
    private static readonly TensorRtStage Loading = new TensorRtStage.Loading("/cache/entry");

    private static IReadOnlyDictionary<string, string> For(
        string device, DeviceSettings? settings = null, ModelFacts? model = null, string precision = "fp16", TensorRtStage? stage = null, string version = "1.31.1") =>
        TensorRtOptions.For(Card with { Device = settings ?? new DeviceSettings() }, model ?? Played.Float, Played.Machine(Played.Capability(device), version), precision, stage ?? TensorRtStage.Direct.Instance);

    [Theory]
    [InlineData("nano")]
    [InlineData("rtx3060")]
    public void Should_limit_the_workspace_and_spare_memory_when_nothing_is_said(string device)
    {
        var options = For(device);
        Assert.Equal("67108864", options["trt_max_workspace_size"]);
        Assert.Equal("1", options["trt_context_memory_sharing_enable"]);
        Assert.Equal("0", options["trt_auxiliary_streams"]);
        Assert.Equal("3", options["trt_builder_optimization_level"]);
        Assert.Equal("0", options["device_id"]);
    }

    [Theory]
    [InlineData("fp32", "0", "0")]
    [InlineData("fp16", "1", "0")]
    [InlineData("int8", "1", "1")]
    public void Should_set_the_precision_when_it_was_chosen(string precision, string fp16, string int8)
    {
        var options = For("orin", precision: precision);
        Assert.Equal((fp16, int8), (options["trt_fp16_enable"], options["trt_int8_enable"]));
        Assert.DoesNotContain(options.Keys, key => key.Contains("calibration") || key.Contains("hw_compatible"));
    }

    [Theory]
    [InlineData("gtx1080", DevicePrecision.Auto)]
    [InlineData("orin", DevicePrecision.Fp32)]
    public void Should_leave_the_rest_of_a_quantised_model_in_fp32_when_fp16_is_slow_or_not_wanted(string device, DevicePrecision wanted) =>
        Assert.Equal("0", For(device, new DeviceSettings { Precision = wanted }, Played.Qdq, "int8")["trt_fp16_enable"]);

    [Theory]
    [InlineData("nano", TacticSources.Auto, true)]
    [InlineData("orin", TacticSources.Auto, true)]
    [InlineData("rtx3060", TacticSources.Auto, false)]
    [InlineData("nano", TacticSources.All, false)]
    [InlineData("rtx3060", TacticSources.Lean, true)]
    public void Should_leave_cudnn_and_cublas_out_when_memory_is_shared_or_the_card_says_so(string device, TacticSources sources, bool lean) =>
        Assert.Equal(lean ? "-CUDNN,-CUBLAS,-CUBLAS_LT" : null, For(device, new DeviceSettings { TacticSources = sources }).GetValueOrDefault("trt_tactic_sources"));

    [Fact]
    public void Should_give_all_three_shapes_when_the_batch_is_free_and_none_when_it_is_fixed()
    {
        var options = For("orin", new DeviceSettings { Batch = [4, 8] }, Played.FreeBatch);
        Assert.Equal("x:1x3x224x224", options["trt_profile_min_shapes"]);
        Assert.Equal("x:4x3x224x224", options["trt_profile_opt_shapes"]);
        Assert.Equal("x:8x3x224x224", options["trt_profile_max_shapes"]);
        Assert.DoesNotContain(For("orin").Keys, key => key.StartsWith("trt_profile"));
    }

    [Fact]
    public void Should_write_the_engine_beside_its_model_when_it_builds()
    {
        var options = For("orin", stage: Building);
        Assert.Equal("1", options["trt_dump_ep_context_model"]);
        Assert.Equal("/cache/draft/model.onnx", options["trt_ep_context_file_path"]);
        Assert.Equal("0", options["trt_ep_context_embed_mode"]);
        Assert.Equal("1", options["trt_engine_cache_enable"]);
        Assert.Equal("my_model", options["trt_engine_cache_prefix"]);
        Assert.Equal(("1", "/cache/timing"), (options["trt_timing_cache_enable"], options["trt_timing_cache_path"]));
        Assert.False(options.ContainsKey("trt_engine_cache_path"), "an absolute path is refused where a context is written");
    }

    [Fact]
    public void Should_say_nothing_of_building_when_it_loads()
    {
        Assert.DoesNotContain(For("orin", stage: Loading).Keys, key => key.Contains("cache") || key.Contains("ep_context"));
        Assert.Equal(For("orin"), For("orin", stage: Loading));
    }

    [Theory]
    [InlineData("1.11.0", false, false)]
    [InlineData("1.13.1", true, false)]
    [InlineData("1.16.3", true, true)]
    public void Should_name_only_what_the_library_knows_when_it_is_older(string version, bool shares, bool tunes)
    {
        var options = For("nano", model: Played.FreeBatch, stage: Building, version: version);
        Assert.Equal(shares, options.ContainsKey("trt_context_memory_sharing_enable"));
        Assert.Equal(tunes, options.ContainsKey("trt_builder_optimization_level"));
        Assert.Equal(tunes, options.ContainsKey("trt_profile_min_shapes"));
        Assert.DoesNotContain(options.Keys, key => key.Contains("ep_context"));
        Assert.Equal(("1", "/cache/draft"), (options["trt_engine_cache_enable"], options["trt_engine_cache_path"]));
        Assert.Equal("/cache/entry", For("nano", stage: Loading, version: version)["trt_engine_cache_path"]);
        Assert.Equal("67108864", options["trt_max_workspace_size"]);
    }
}
