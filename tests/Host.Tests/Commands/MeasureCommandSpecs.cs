using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Measuring with real worker processes.</summary>
public sealed class MeasureCommandSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Footprints => _folder.File("footprints.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_measured_kept_and_used_by_a_check()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64));
        var result = await Cli.RunAsync("measure", "--config", config, "--json");

        Assert.True(result.Code == 0, result.Error);
        var model = result.Json["models"]!["classifier"]!;
        Assert.Equal(("cpu", "fp32", 1), ((string)model["provider"]!, (string)model["precision"]!, (int)model["batch"]!));
        Assert.Equal(["1", "2"], model["runBytes"]!.AsObject().Select(r => r.Key));
        Assert.InRange((double)model["returned"]!, 0, 1);
        Assert.Equal("estimated", (string?)model["before"]!["footprint"]);
        Assert.Equal(Footprints, (string?)result.Json["file"]);

        var check = await Cli.RunAsync("check", "--config", config, "--out", _folder.File("out"), "--json");
        Assert.Equal("measured", (string?)check.Json["models"]!["classifier"]!["footprint"]);
        Assert.Equal((long)model["leaseBytes"]!, (long)check.Json["models"]!["classifier"]!["loadBytes"]!);
    }

    [Fact]
    public async Task People_see_what_was_declared_beside_what_was_measured()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64), ", footprint { load = 1 B, resident = 1 B, run = 1 B }");
        var result = await Cli.RunAsync("measure", "--config", config);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("declared", result.Out, StringComparison.Ordinal);
        Assert.Contains("measured", result.Out, StringComparison.Ordinal);
        Assert.Contains("on 2 lanes", result.Out, StringComparison.Ordinal);
        Assert.Contains($"Kept in {Footprints}", result.Out.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.Contains("the declaration stands", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_are_measured_where_the_batch_is_free_and_the_card_allows_them()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64, batch: -1), ", batch = 4");
        var result = await Cli.RunAsync("measure", "--config", config, "--json");

        Assert.True(result.Code == 0, result.Error);
        var model = result.Json["models"]!["classifier"]!;
        Assert.Equal(["1", "2", "4"], model["batches"]!.AsObject().Select(b => b.Key));
        Assert.All(model["batches"]!.AsObject(), b => Assert.Equal(["1", "2"], b.Value!["runBytes"]!.AsObject().Select(r => r.Key)));
        Assert.All(model["batches"]!.AsObject(), b => Assert.True((double)b.Value!["cropMs"]! >= 0));
        Assert.StartsWith($"{(int)model["batchWorth"]!}: ", (string?)model["batching"], StringComparison.Ordinal);

        // There is memory for whatever was found to be worth it.
        var check = await Cli.RunAsync("check", "--config", config, "--out", _folder.File("out"), "--json");
        Assert.Equal((int)model["batchWorth"]!, (int)check.Json["models"]!["classifier"]!["batch"]!);
        var people = await Cli.RunAsync("measure", "--config", config);
        Assert.Contains("Crops at once, classifier: ", people.Out, StringComparison.Ordinal);
        Assert.Contains("for each crop", people.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_looked_at_is_a_bad_configuration()
    {
        var config = Classifier([]);
        var result = await Cli.RunAsync("measure", "--config", config, "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("classifier", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(Footprints));
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_named_and_the_others_are_measured()
    {
        var config = Classifier(TinyOnnx.ChannelMeans(64, 64), more: $$"""detector { path = "{{_folder.Write("detector.onnx", TinyOnnx.Identity(1, 3, 64, 64))}}", kind = picodet }""");
        var result = await Cli.RunAsync("measure", "--config", config, "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("model 'detector' was not measured", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.NotNull(result.Json["models"]!["detector"]!["error"]);
        Assert.NotNull(result.Json["models"]!["classifier"]!["leaseBytes"]);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_a_failure()
    {
        File.WriteAllText(_folder.File("blocked"), "");
        var result = await Cli.RunAsync("measure", "--config", Classifier(TinyOnnx.ChannelMeans(64, 64)), "--json",
            "--set", $"actor-pipeline.memory.footprints={_folder.File("blocked/footprints.json")}");
        Assert.Equal(1, result.Code);
        Assert.False((bool)result.Json["kept"]!);
        Assert.NotNull(result.Json["models"]!["classifier"]!["leaseBytes"]);
        Assert.Contains("this process alone", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_kills_the_worker_and_says_so()
    {
        // Each run takes long enough for an interrupt to come first.
        var config = Classifier(TinyOnnx.Slow(4000));
        using var program = new RunningProgram("measure", "--config", config);
        Assert.Contains("Measuring classifier", await program.ReadLineAsync(), StringComparison.Ordinal);
        var worker = program.FindWorker();
        Assert.Equal(130, (await program.InterruptAsync()).Code);
        Assert.False(Directory.Exists($"/proc/{worker}"));
        Assert.False(File.Exists(Footprints));
    }

    private string Classifier(byte[] onnx, string settings = "", string more = "") => _folder.WriteText("measured.conf", $$"""
        actor-pipeline {
          memory { budget = 64 MiB, footprints = "{{Footprints}}" }
          serving.lanes = 2
          models { classifier { path = "{{_folder.Write("classifier.onnx", onnx)}}", kind = classification {{settings}} }
                   {{more}} }
        }
        """);
}
