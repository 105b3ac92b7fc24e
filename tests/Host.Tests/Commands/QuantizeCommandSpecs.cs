using ActorPipeline.Hosting.Quantizing;

namespace ActorPipeline.Hosting.Commands;

/// <summary>The command with real worker processes.</summary>
public sealed class QuantizeCommandSpecs : IDisposable
{
    private readonly QuantizeKit _kit = new();

    public void Dispose() => _kit.Dispose();

    [Theory]
    [InlineData("--model")]
    [InlineData("--calibrate")]
    [InlineData("--evaluate")]
    [InlineData("--out")]
    public async Task What_is_needed_is_named_when_it_is_missing(string option)
    {
        var arguments = Arguments(_kit.Folder.File("model.onnx"));
        var at = Array.IndexOf(arguments, option);
        var result = await Cli.RunAsync([.. arguments[..at], .. arguments[(at + 2)..]]);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_value_is_named_before_anything_is_read()
    {
        var result = await Cli.RunAsync([.. Arguments(_kit.Folder.File("model.onnx")), "--mean", "-1,2", "--method", "minmax", "--method", "guess", "--max-loss", "200"]);
        Assert.Equal((2, ""), (result.Code, result.Out));
        Assert.Equal(["error: --mean", "error: --method", "error: --max-loss"], result.Errors.Select(e => string.Join(' ', e.Split(' ')[..2])));
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_and_nothing_is_left()
    {
        var result = await Cli.RunAsync([.. Arguments(_kit.Folder.Write("not.onnx", "nothing"u8.ToArray())), "--json"]);
        Assert.True(result.Code == 2, result.Error);
        Assert.False((bool)result.Json["published"]!);
        Assert.Contains("was not quantised", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Empty(_kit.Left);
    }

    private string[] Arguments(string model) =>
        ["quantize", "--model", model, "--kind", "classification", "--calibrate", _kit.Folder.File("calib"), "--evaluate", _kit.Folder.File("val"), "--out", _kit.Out];
}
