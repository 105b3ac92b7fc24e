namespace ActorPipeline.Hosting.Commands;

public sealed class CheckCommandSpecs : IDisposable
{
    private const string Footprint = ", footprint { load = 40 MiB, resident = 20 MiB, run = 1 MiB }";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Says_what_fits_and_leaves_no_trace()
    {
        var file = _folder.WriteTiny("64 MiB", Footprint);
        var result = await Cli.RunAsync("check", "--config", file, "--out", _folder.File("out"), "--json");
        Assert.Equal(0, result.Code);
        var json = result.Json;
        Assert.True((bool)json["valid"]!);
        Assert.Equal(0, (int)json["loaded"]!);
        Assert.Equal(Bytes.MiB(40).Count, (long)json["models"]!["detector"]!["loadBytes"]!);
        Assert.True((bool)json["models"]!["detector"]!["fitsAlone"]!);
        Assert.True((long)json["pipelines"]!["belt"]!["buffersBytes"]! > 0);
        Assert.Equal("detector", (string?)json["together"]![0]![0]);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task Shows_people_a_table()
    {
        var result = await Cli.RunAsync("check", "--config", _folder.WriteTiny("64 MiB", Footprint), "--out", _folder.File("out"));
        Assert.Equal(0, result.Code);
        Assert.Contains("no model was loaded", result.Out, StringComparison.Ordinal);
        Assert.Contains("64 x 48", result.Out, StringComparison.Ordinal);
        Assert.Contains("fits", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_estimate_alone_only_warns()
    {
        var result = await Cli.RunAsync("check", "--config", _folder.WriteTiny("2 MiB"), "--out", _folder.File("out"));
        Assert.Equal(0, result.Code);
        Assert.Contains("warning: model 'detector' may not fit", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_camera_is_not_opened()
    {
        var result = await Cli.RunAsync("check", "--config", _folder.WriteTiny(source: "0"), "--out", _folder.File("out"), "--json");
        Assert.Equal(0, result.Code);
        Assert.Null(result.Json["pipelines"]!["belt"]!["buffersBytes"]);
        Assert.Contains("check opens none", (string?)result.Json["pipelines"]!["belt"]!["unknown"], StringComparison.Ordinal);
    }
}
