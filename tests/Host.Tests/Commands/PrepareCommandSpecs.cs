using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Building engines with real worker processes.</summary>
public sealed class PrepareCommandSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Engines => _folder.File("engines");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_engine_is_built_and_found_kept_the_second_time()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64));
        Assert.True((bool)(await CheckAsync(config))["engineToBuild"]!);

        var first = await Cli.RunAsync("prepare", "--config", config, "--json");
        var second = await Cli.RunAsync("prepare", "--config", config, "--json");

        Assert.True(first.Code == 0, first.Error);
        Assert.Equal(Engines, (string?)first.Json["folder"]);
        Assert.True((double)first.Json["seconds"]! > 0);
        var engine = Assert.Single(first.Json["engines"]!.AsArray())!;
        Assert.Equal(("classifier", "cpu", "built"), ((string)engine["model"]!, (string)engine["provider"]!, (string)engine["use"]!));
        Assert.Null(engine["error"]);
        Assert.Equal((0, "hit"), (second.Code, (string)second.Json["engines"]![0]!["use"]!));
        Assert.False((bool)(await CheckAsync(config))["engineToBuild"]!);
    }

    [Fact]
    public async Task A_model_whose_file_is_not_there_is_a_bad_configuration()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64));
        File.Delete(_folder.File("classifier.onnx"));
        var result = await Cli.RunAsync("prepare", "--config", config, "--json");
        Assert.Equal((2, ""), (result.Code, result.Out));
        Assert.Contains("classifier", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_without_models_is_a_bad_one()
    {
        var result = await Cli.RunAsync("prepare", "--config", _folder.WriteText("none.conf", "actor-pipeline { }"));
        Assert.Equal(2, result.Code);
        Assert.Contains("no model", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_named_and_the_others_are_built()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64), $$"""detector { path = "{{_folder.Write("detector.onnx", TinyOnnx.Identity(1, 3, 64, 64))}}", kind = picodet }""");
        var result = await Cli.RunAsync("prepare", "--config", config, "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("the engine of model 'detector' was not built", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Equal(["built", null], result.Json["engines"]!.AsArray().Select(e => (string?)e!["use"]));
        Assert.NotNull(result.Json["engines"]![1]!["error"]);
    }

    [Fact]
    public async Task Nothing_is_built_where_engines_are_switched_off()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64));
        var result = await Cli.RunAsync("prepare", "--config", config, "--json", "--set", "actor-pipeline.engines.enabled=false");
        Assert.Equal(0, result.Code);
        Assert.Contains("engines.enabled is false", result.Error, StringComparison.Ordinal);
        Assert.Equal("none", (string?)result.Json["engines"]![0]!["use"]);
        Assert.Null(result.Json["folder"]);
        Assert.False(Directory.Exists(Engines));
    }

    [Fact]
    public async Task An_interrupt_kills_the_worker_and_says_so()
    {
        // The check of a built engine runs the model, which takes long enough for an interrupt to come first.
        using var program = new RunningProgram("prepare", "--config", Classifier(TinyOnnx.Slow(4000)));
        Assert.Contains("Building the engine of classifier", await program.ReadLineAsync(), StringComparison.Ordinal);
        var worker = program.FindWorker();
        Assert.Equal(130, (await program.InterruptAsync()).Code);
        Assert.False(Directory.Exists($"/proc/{worker}"));
    }

    [Fact]
    public async Task An_interrupt_before_a_run_has_begun_kills_the_worker_that_builds_for_it()
    {
        using var program = new RunningProgram("run", "--config", Classifier(TinyOnnx.Slow(4000)), "--out", _folder.File("out"));
        var worker = program.FindWorker();
        var (code, error) = await program.InterruptAsync();
        Assert.True(code == 130, $"{code}: {error}");
        Assert.False(Directory.Exists($"/proc/{worker}"));
    }

    [DataFact]
    public async Task A_run_finds_every_engine_after_a_prepare()
    {
        var engines = $"actor-pipeline.engines.folder={Engines}";
        var config = _folder.WriteStreet("600 MiB");
        Assert.Equal(0, (await Cli.RunAsync("prepare", "--config", config, "--set", engines)).Code);

        var run = await RunAsync(engines);

        Assert.Equal((0, 0), ((int)run["built"]!, (int)run["none"]!));
        Assert.InRange((int)run["hits"]!, 4, 1000);
    }

    [DataFact]
    public async Task A_run_builds_what_is_missing_and_its_loads_find_that()
    {
        var engines = $"actor-pipeline.engines.folder={Engines}";
        _folder.WriteStreet("600 MiB");

        var run = await RunAsync(engines);

        Assert.Equal((2, 0), ((int)run["built"]!, (int)run["none"]!));
        Assert.InRange((int)run["hits"]!, 4, 1000);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> RunAsync(string set)
    {
        var result = await Cli.RunAsync("run", "--config", _folder.File("street.conf"), "--frames", "3", "--out", _folder.File("out"), "--json", "--set", set);
        Assert.True(result.Code == 0, result.Error);
        Assert.All(result.Json["models"]!.AsObject(), m => Assert.Equal("hit", (string?)m.Value!["engine"]));
        return result.Json["engines"]!;
    }

    private async Task<System.Text.Json.Nodes.JsonNode> CheckAsync(string config) =>
        (await Cli.RunAsync("check", "--config", config, "--out", _folder.File("out"), "--json")).Json["models"]!["classifier"]!;

    private string Classifier(byte[] onnx, string more = "") => _folder.WriteText("prepared.conf", $$"""
        actor-pipeline {
          memory { budget = 64 MiB, footprints = "{{_folder.File("footprints.json")}}" }
          engines.folder = "{{Engines}}"
          models { classifier { path = "{{_folder.Write("classifier.onnx", onnx)}}", kind = classification }
                   {{more}} }
        }
        """);
}
