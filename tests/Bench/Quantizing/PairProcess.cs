using System.Diagnostics;
using System.Text.Json;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>Runs the pair in a process of its own and watches its memory from here.</summary>
internal static class PairProcess
{
    /// <summary>The command with which the benchmark starts itself for it.</summary>
    public const string Command = "int8-run";

    /// <summary>The line that the process writes when its pipeline is about to start.</summary>
    public const string Begins = "begins";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs a job; blocks.</summary>
    /// <exception cref="InvalidOperationException">It failed; it has said why on standard error.</exception>
    public static PairMeasured Run(PairJob job)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ActorPipeline.Bench"), [Command, JsonSerializer.Serialize(job)]) { RedirectStandardOutput = true };
        // Code is compiled once: compiled again in the background it would come and go in the memory that is compared.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start)!;
        var first = process.StandardOutput.ReadLine();
        var rest = process.StandardOutput.ReadToEndAsync();
        using var peak = new PairPeak(process.Id, [job.Cache, job.Detector.Path, job.Classifier.Path]);
        var clock = Stopwatch.StartNew();
        // Until its last word: what it frees afterwards is no concern.
        for (; first == Begins && !rest.IsCompleted; Thread.Sleep(Interval)) peak.Sample(clock.Elapsed);
        process.WaitForExit();
        return process.ExitCode == 0 && first == Begins
            ? new PairMeasured(JsonSerializer.Deserialize<PairResult>(rest.Result)!, peak.Anonymous, peak.Pages)
            : throw new InvalidOperationException($"Running the pair ({job.Way}) ended with {process.ExitCode}.");
    }
}
