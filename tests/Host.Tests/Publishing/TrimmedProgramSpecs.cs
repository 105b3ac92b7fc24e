using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Running;

namespace ActorPipeline.Hosting.Publishing;

/// <summary>The program as scripts/publish.sh makes it, with .NET in it and what it never uses left out.</summary>
public sealed class TrimmedProgramSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LongFact]
    public async Task Should_do_what_the_whole_one_does_and_be_smaller()
    {
        var published = await EndedAsync("bash", Path.Combine(Root(), "scripts", "publish.sh"), "linux-x64", _folder.File("program"), "--trimmed");
        Assert.True(published.Code == 0, published.Said);
        Assert.InRange(new DirectoryInfo(_folder.File("program")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length), 100_000_000, 220_000_000);
        var config = _folder.WriteText("run.conf", $$"""
            actor-pipeline {
              web.bind = "127.0.0.1:0"
              models {
                detector { path = "{{TestData.PathOf("models", "picodet_s_320_coco.onnx")}}", kind = picodet, labels = "{{TestData.PathOf("labels", "coco80.txt")}}" }
                classifier { path = "{{TestData.PathOf("models", "SqueezeNet_fp32.onnx")}}", kind = classification, labels = "{{TestData.PathOf("labels", "imagenet1k.txt")}}" }
              }
              pipelines.street {
                source = "{{TestData.Video}}", detect = detector, classify = classifier, tracking.enabled = true
                sinks = [
                  { type = json-lines, path = "results.jsonl" }, { type = csv, path = "results.csv" }, { type = video, path = "street.avi" }
                  # Nobody is there: what speaks to it is used all the same.
                  { type = mqtt, broker = "127.0.0.1:1" }, { type = webhook, url = "http://127.0.0.1:1/" }
                ]
              }
            }
            """);

        using var run = Start(_folder.File("program/actorpipeline"), "run", "--config", config, "--frames", "100", "--out", _folder.File("out"), "--json", "--web");
        var output = run.StandardOutput.ReadToEndAsync();
        string line;
        do line = await run.StandardError.ReadLineAsync() ?? throw new InvalidOperationException($"It has no page: {await output}");
        while (!line.StartsWith("page: ", StringComparison.Ordinal));
        var errors = run.StandardError.ReadToEndAsync();
        using var client = new HttpClient { BaseAddress = new Uri(line["page: ".Length..]) };
        Assert.Contains("<!doctype html>", await client.GetStringAsync("/"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("street", (string?)JsonNode.Parse(await client.GetStringAsync("/api/status"))!["pipelines"]![0]!["id"]);
        Assert.Contains("actorpipeline", await client.GetStringAsync("/metrics"), StringComparison.Ordinal);

        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, await errors);
        Assert.Equal(100, (int)JsonNode.Parse((await output).TrimEnd().Split('\n')[^1])!["frames"]!["captured"]!);
        Assert.Equal(100, File.ReadLines(_folder.File("out/results.jsonl")).Count());
        Assert.True(File.ReadLines(_folder.File("out/results.csv")).Count() > 100);
    }

    private static async Task<(int Code, string Said)> EndedAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ActorPipeline.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
