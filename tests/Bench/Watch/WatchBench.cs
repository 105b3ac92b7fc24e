using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorPipeline.Bench.Watch;

/// <summary><c>watch</c>: what it costs to be looked at: the program as a process, with its page open and metrics scraped each second, against the same without a page.</summary>
internal static class WatchBench
{
    private const string Said = "page: ";

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds of the comparison.</param>
    /// <param name="frames">Frames a round.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int frames)
    {
        var folder = Directory.CreateTempSubdirectory("actorpipeline-bench-").FullName;
        try
        {
            var (ratios, off, on, more, bytes) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
            await RunAsync(folder, frames / 4, watched: true);
            for (var round = 0; round < rounds; round++)
            {
                Outcome? alone = null, watched = null;
                foreach (var isWatched in round % 2 == 0 ? (bool[])[false, true] : [true, false])
                {
                    var outcome = await RunAsync(folder, frames, isWatched);
                    if (isWatched) watched = outcome;
                    else alone = outcome;
                }
                off.Add(alone!.FramesPerSecond);
                on.Add(watched!.FramesPerSecond);
                ratios.Add(on[^1] / off[^1]);
                more.Add((watched.PeakBytes - alone.PeakBytes) / 1e6);
                bytes.Add(watched.Received / 1e3);
                Console.Error.WriteLine($"round {round + 1}/{rounds}: {off[^1]:0.00} frames/s alone, {on[^1]:0.00} watched, {more[^1]:0.0} MB more at the peak, {bytes[^1]:0} kB looked at");
            }
            return new BenchReport("watch")
                .AddAtLeast("watched_over_unwatched", ratios, 0.97, $"frames/s with the page open and metrics scraped each second over both off, round by round ({frames} frames of the street)")
                .Add("unwatched_fps", off, "off").Add("watched_fps", on, "open")
                .AddAtMost("web_mb", more, 25, "the process's peak with it less that without, buffers of the pictures included").Add("looked_at_kb", bytes, "what a viewer got, pictures included");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Outcome(double FramesPerSecond, long PeakBytes, long Received);

    private static async Task<Outcome> RunAsync(string folder, int frames, bool watched)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), "run", "--config", BenchData.StreetConfiguration, "--out", Path.Combine(folder, "out"), "--json",
            // Both models resident with and without: the buffer of the pictures decides nothing.
            "--set", "actor-pipeline.memory.budget=128MiB", "--frames", frames.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (watched) foreach (var argument in (string[])["--web", "--set", "actor-pipeline.web.bind=127.0.0.1:0"]) start.ArgumentList.Add(argument);
        start.Environment["ACTORPIPELINE_CACHE"] = Path.Combine(folder, "cache");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var received = 0L;
        if (watched)
        {
            string? line;
            do line = await process.StandardError.ReadLineAsync();
            while (line?.StartsWith(Said, StringComparison.Ordinal) == false);
            await using var viewer = new PageViewer(new Uri(line?[Said.Length..] ?? throw new InvalidOperationException("It has no page.")));
            await process.StandardError.ReadToEndAsync();
            received = viewer.Bytes;
        }
        else
        {
            await process.StandardError.ReadToEndAsync();
        }
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"It ended with {process.ExitCode}.");
        var summary = JsonNode.Parse((await output).TrimEnd().Split('\n')[^1])!;
        return new Outcome((double)summary["fps"]!, (long)summary["memory"]!["processPeakBytes"]!, received);
    }
}
