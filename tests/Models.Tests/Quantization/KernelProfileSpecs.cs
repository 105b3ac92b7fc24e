namespace ActorPipeline.Quantization;

/// <summary>Which kernels a profile saw.</summary>
public class KernelProfileSpecs
{
    [Fact]
    public void Should_tell_integer_layers_from_float_ones_when_a_profile_has_both()
    {
        var found = KernelProfile.Read($"[{Session},{Node("Conv_1_token_11", "QLinearConv", 30)},{Node("Conv_10_nchwc", "Conv", 60)},{Node("fc", "QGemm", 10)}]", ["Conv_1", "Conv_10", "fc"]);
        Assert.Equal((2, 0.4), (found.Integer, found.IntegerTime));
        Assert.Equal(["Conv_10"], found.Missed);
    }

    [Fact]
    public void Should_know_products_that_lost_their_names_when_they_show_nowhere_else()
    {
        var profile = $"[{Node("DynamicQuantizeMatMul_token_3", "DynamicQuantizeMatMul", 30)},{Node("fc2", "MatMulInteger", 10)},{Node("fc3", "Gemm", 60)}]";
        var found = KernelProfile.Read(profile, ["fc1", "fc2", "fc3", "fc4"]);
        Assert.Equal(2, found.Integer);
        // One that ran among floats, and one more than there are kernels without a name.
        Assert.Equal(["fc3", "fc4"], found.Missed);
    }

    [Fact]
    public void Should_tell_layers_inside_engines_from_those_outside_when_tensorrt_ran_them()
    {
        var found = KernelProfile.ReadTensorRt($"[{Node("TRTKernel_graph_0", "TRTKernel_graph_0", 75, "Tensorrt")},{Node("fc", "Gemm", 25)}]", ["conv", "fc"]);
        Assert.Equal((1, 0.75), (found.Integer, found.IntegerTime));
        Assert.Equal(["fc"], found.Missed);
    }

    [Fact]
    public void Should_find_no_layer_when_tensorrt_made_no_engine() =>
        Assert.Equal(["conv", "fc"], KernelProfile.ReadTensorRt($"[{Node("fc", "Gemm", 25)}]", ["conv", "fc"]).Missed);

    [Theory]
    [InlineData("{}")]
    [InlineData("[1")]
    public void Should_say_so_when_it_is_no_profile(string json) => Assert.Throws<InvalidDataException>(() => KernelProfile.Read(json, ["a"]));

    private const string Session = """{"cat":"Session","name":"model_run","dur":100,"args":{}}""";

    private static string Node(string name, string op, int microseconds, string provider = "CPU") =>
        $$$"""{"cat":"Node","name":"{{{name}}}_kernel_time","dur":{{{microseconds}}},"args":{"op_name":"{{{op}}}","provider":"{{{provider}}}ExecutionProvider"}}""";
}
