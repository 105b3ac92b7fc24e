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

    [Theory]
    [InlineData("{}")]
    [InlineData("[1")]
    public void Should_say_so_when_it_is_no_profile(string json) => Assert.Throws<InvalidDataException>(() => KernelProfile.Read(json, ["a"]));

    private const string Session = """{"cat":"Session","name":"model_run","dur":100,"args":{}}""";

    private static string Node(string name, string op, int microseconds) =>
        $$$"""{"cat":"Node","name":"{{{name}}}_kernel_time","dur":{{{microseconds}}},"args":{"op_name":"{{{op}}}"}}""";
}
