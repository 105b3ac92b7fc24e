namespace ActorPipeline.Bench.Cameras;

/// <summary><c>cameras</c>: 1 to 16 live cameras over the same two models: whether each gets its share, and whether memory grows over time.</summary>
internal static class CamerasBench
{
    private static readonly int[] Counts = [1, 2, 4, 8, 16];
    private static readonly TimeSpan Fewer = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="minutes">How long the most cameras run; fewer run ten seconds each, or as long where that is shorter.</param>
    public static async Task<BenchReport> RunAsync(double minutes)
    {
        var report = new BenchReport("cameras");
        var most = TimeSpan.FromMinutes(minutes);
        var results = new List<CameraResult>();
        foreach (var count in Counts)
        {
            var time = count == Counts[^1] ? most : TimeSpan.FromSeconds(Math.Min(Fewer.TotalSeconds, most.TotalSeconds));
            results.Add(await new CameraRun(count, time).RunAsync());
            Console.Error.WriteLine($"{count} cameras, {time.TotalSeconds:0} s: worst {results[^1].WorstShortfall:0.00} % short, lanes {results[^1].Load:P0} busy");
        }
        report.Add("worst_share", results.Max(r => r.WorstShortfall), $"per cent of its frames that the worst camera got no result of, {string.Join(", ", Counts)} cameras at {CameraRun.FramesPerSecond} frames/s; bound 5");
        foreach (var (count, result) in Counts.Zip(results))
        {
            report.Add($"worst_share_{count}", result.WorstShortfall, count == 1 ? "one camera" : $"{count} cameras")
                .Add($"latency_p50_ms_{count}", Statistics.Percentile(result.LatenciesMs, 0.50), "from capture to outcome, ms")
                .Add($"latency_p99_ms_{count}", Statistics.Percentile(result.LatenciesMs, 0.99), "99 of 100 are faster")
                .Add($"lane_load_percent_{count}", 100 * result.Load, "of the two lanes' time");
        }
        var memory = results[^1].Memory.Select(m => m.Count / 1048576.0).ToArray();
        // The first quarter compiles and fills its pools.
        var (early, late) = (Statistics.Median(memory[(memory.Length / 4)..(memory.Length / 2)]), Statistics.Median(memory[(memory.Length * 3 / 4)..]));
        return report
            .Add("memory_growth_percent", 100 * ((late / early) - 1), $"anonymous memory with {Counts[^1]} cameras, {minutes:0.##} min: the last quarter over the second")
            .Add("memory_mib", late, "in the last quarter, MiB");
    }
}
