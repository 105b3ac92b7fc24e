using System.Text.Json.Nodes;
using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>The program as a process of its own, with real models, ended in the middle.</summary>
public sealed class PulledProgramSpecs : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private SignedIndex _signed = null!;
    private ModelServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ModelServer.StartAsync();
        _signed = new SignedIndex(_folder);
    }

    public async Task DisposeAsync()
    {
        _signed.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [DataTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_go_on_and_run_when_it_was_ended_in_the_middle(bool killed)
    {
        var (graph, labels) = (await File.ReadAllBytesAsync(TestData.PicoDetS.Path), await File.ReadAllBytesAsync(TestData.PicoDetS.LabelsPath!));
        var half = graph.Length / 2;
        _server.Serve("/picodet.onnx", graph, ModelServer.SilentAfter(graph, half));
        _server.Serve("/coco.txt", labels);
        var index = _signed.Serve(_server, SignedIndex.Of(SignedIndex.Model("finder", SignedIndex.File("model", "picodet.onnx", graph, "/picodet.onnx"), SignedIndex.File("labels", "coco.txt", labels, "/coco.txt"))));
        string[] pull = ["models", "pull", "finder", "--index", index.AbsoluteUri, "--key", _signed.KeyFile, "--folder", _folder.File("models"), "--out", _folder.File("card.conf"), "--yes", "--no-measure", "--json"];
        var part = Path.Combine(_folder.File("models"), "finder.part", "picodet.onnx");

        using (var program = new RunningProgram(pull))
        {
            await Until(() => new FileInfo(part) is { Exists: true, Length: var length } && length == half);
            if (killed) await program.KillAloneAsync();
            else Assert.Equal((ExitCode.Interrupted, "Interrupted. What has come is kept; the same command goes on from there.\n"), await program.InterruptAsync());
        }
        Assert.False(Directory.Exists(Path.Combine(_folder.File("models"), "finder")));
        using (var program = new RunningProgram(pull))
        {
            var result = await program.EndAsync();
            Assert.True(result.Code == 0, result.Error);
            Assert.Equal("picodet", (string)result.Json["added"]!["kind"]!);
        }

        Assert.Equal(new AskedFor("/picodet.onnx", $"bytes={half}-", ModelServer.TagOf(graph)), _server.Asked.Last(a => a.Path == "/picodet.onnx"));
        Assert.Equal(graph, await File.ReadAllBytesAsync(Path.Combine(_folder.File("models"), "finder", "picodet.onnx")));
        Assert.False(Directory.Exists(Path.GetDirectoryName(part)));
        var config = _folder.WriteText("run.conf", await File.ReadAllTextAsync(_folder.File("card.conf")) + $$"""
            actor-pipeline.pipelines.street { source = "{{TestData.Video}}", detect = finder, sinks = [ { type = json-lines, path = "results.jsonl" } ] }
            """);
        var run = await Cli.RunAsync("run", "--config", config, "--frames", "2", "--out", _folder.File("out"), "--json");
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains((await File.ReadAllLinesAsync(_folder.File("out/results.jsonl"))).SelectMany(line => JsonNode.Parse(line)!["objects"]!.AsArray()), o => (string?)o!["class"] == "person");
    }

    private static async Task Until(Func<bool> holds)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
