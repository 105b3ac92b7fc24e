using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Commands;

/// <summary>The main job on real models and real video.</summary>
public sealed class RunCommandSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [DataFact]
    public async Task Twenty_frames_leave_results_video_summary_and_timeline()
    {
        var result = await Cli.RunAsync("run", "--config", _folder.WriteStreet("600 MiB"), "--frames", "20", "--out", Out, "--json");
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(20, (int)result.Json["frames"]!["captured"]!);
        Assert.Equal(0, (int)result.Json["buffers"]!["outstanding"]!);
        Assert.Equal(20, File.ReadLines(Path.Combine(Out, "results.jsonl")).Count());
        Assert.Equal(Enumerable.Range(0, 20), File.ReadLines(Path.Combine(Out, "results.jsonl")).Select(line => (int)JsonNode.Parse(line)!["frame"]!));
        Assert.True(new FileInfo(Path.Combine(Out, "annotated.avi")).Length > 10_000);
        Assert.Contains("</svg>", await File.ReadAllTextAsync(Path.Combine(Out, "timeline.svg")), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(result.Json, JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Out, "summary.json")))));
    }

    [DataFact]
    public async Task People_get_a_short_report()
    {
        var result = await Cli.RunAsync("run", "--config", _folder.WriteStreet("600 MiB"), "--frames", "5", "--out", Out);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("frames   5 captured", result.Out, StringComparison.Ordinal);
        Assert.Contains("of a budget of 600.0 MiB", result.Out, StringComparison.Ordinal);
        Assert.Contains("timeline.svg, trace.jsonl, decisions.jsonl", result.Out, StringComparison.Ordinal);
        var explained = await Cli.RunAsync("explain", "--config", _folder.File("street.conf"), "--model", "classifier", "--out", Out);
        Assert.True(explained.Code == 0, explained.Error);
        Assert.Contains("loads    1, ", explained.Out, StringComparison.Ordinal);
    }

    [DataFact]
    public async Task An_interrupt_drains_and_leaves_a_whole_summary()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll");
        // A runner in the background may ignore SIGINT, and what it starts would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, "run", "--config", _folder.WriteStreet("600 MiB"), "--out", Out])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line && !line.Contains("in flight", StringComparison.Ordinal))
        {
            // Until frames flow.
        }
        Process.Start("kill", ["-INT", $"{process.Id}"]).Dispose();
        var rest = await process.StandardOutput.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);

        Assert.True(process.ExitCode == 130, $"{process.ExitCode}: {await errors}{rest}");
        var summary = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Out, "summary.json")))!;
        var frames = summary["frames"]!;
        var captured = (long)frames["captured"]!;
        Assert.InRange(captured, 1, 794);
        Assert.Equal(captured, (long)frames["classified"]! + (long)frames["empty"]! + Sum(frames["dropped"]!) + Sum(frames["failed"]!));
        Assert.Equal(captured, File.ReadLines(Path.Combine(Out, "results.jsonl")).LongCount());
        Assert.Equal(0, (int)summary["buffers"]!["outstanding"]!);
    }

    private static long Sum(JsonNode reasons) => reasons.AsObject().Sum(reason => (long)reason.Value!);
}
