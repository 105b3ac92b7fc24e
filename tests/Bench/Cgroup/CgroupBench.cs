using System.Diagnostics;
using System.Globalization;
using ActorPipeline.Hosting.Commands;

namespace ActorPipeline.Bench.Cgroup;

/// <summary>
/// <c>cgroup</c>: the main job in a memory group that is sized to its budget, its own base and the headroom, beside a program that takes
/// and frees memory in the same group. Who is killed, how far the budget falls, and whether every frame still has an outcome.
/// </summary>
internal sealed class CgroupBench : IDisposable
{
    private const double Mebibyte = 1024 * 1024;

    // A run that waits for others compiles more of itself and keeps more heap than a run alone, which tells the base: without this it may wait for ever.
    private static readonly Bytes Growth = Bytes.MiB(24);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorpipeline-cgroup-");
    private readonly int? _frames;
    private readonly CancellationToken _stop;
    private readonly List<string> _failures = [];

    private CgroupBench(int? frames, CancellationToken stop) => (_frames, _stop) = (frames, stop);

    /// <summary>Runs it.</summary>
    /// <param name="runs">Runs, each with a seed of its own.</param>
    /// <param name="minutes">Goes on for so long instead; zero for as many runs as told.</param>
    /// <param name="seed">Of the first run.</param>
    /// <param name="frames">Frames of the video; null for all.</param>
    /// <param name="json">Prints the figures as an object, too.</param>
    /// <param name="stop">Ends all that was started and removes its group.</param>
    /// <returns>The exit code: 1 where something was killed or failed.</returns>
    public static int Run(int runs, double minutes, int seed, int? frames, bool json, CancellationToken stop)
    {
        using var bench = new CgroupBench(frames, stop);
        bench.RunAll(runs, TimeSpan.FromMinutes(minutes), seed).Print(json);
        foreach (var failure in bench._failures) Console.Error.WriteLine(failure);
        return bench._failures.Count == 0 ? 0 : 1;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private BenchReport RunAll(int runs, TimeSpan time, int seed)
    {
        var street = ConfigurationFile.Read(BenchData.StreetConfiguration, [], Console.Error)?.Settings?.Memory ?? throw new InvalidOperationException("The configuration cannot be read.");
        // What the first run prepares and learns is there for the second, which tells the base; both have no limit and no other program.
        Alone("first");
        var alone = Alone("alone");
        var processBase = new Bytes(alone.Number("memory.basePeakBytes"));
        // Pages of libraries that another group had before are not charged to this one. The other program takes as much, so that nobody gains by it.
        var ballast = Bytes.Max(Bytes.Zero, alone.MostResident - alone.MostHeld);
        var limit = street.Budget + processBase + street.Headroom + Growth;
        // Buffers and what the process grew by stay; the rest of the budget is what yielding leases can give back.
        var givesBack = street.Budget - new Bytes(alone.Number("memory.poolBytes") + alone.Number("memory.fixedBytes"));
        var (most, sudden) = (street.Headroom + new Bytes((givesBack.Count + Growth.Count) / 2), new Bytes(street.Headroom.Count / 2));

        var results = new List<GroupRunResult>();
        var clock = Stopwatch.StartNew();
        while (time > TimeSpan.Zero ? clock.Elapsed < time : results.Count < runs)
        {
            var result = new GroupRun(_folder.FullName, _frames).Run(limit, new HogPattern(ballast, most, sudden, seed + results.Count), _stop);
            results.Add(result);
            Judge($"run {results.Count}, seed {seed + results.Count - 1}", result, alone);
        }
        var report = new BenchReport("cgroup")
            .Add("runs", results.Count, "runs beside the other program")
            .Add("failures", _failures.Count, "of these, killed, ended wrongly, or without an outcome for each frame; bound 0")
            .Add("oom_kills", results.Sum(r => r.OomKills), "processes that the kernel killed; bound 0")
            .Add("limit_mib", limit.Count / Mebibyte, $"of the group: budget {street.Budget}, base {processBase}, headroom {street.Headroom}, and {Growth} that a run beside another program grows by")
            .Add("base_mib", processBase.Count / Mebibyte, "of a run alone: most that was resident, less models and buffers, as the run itself says")
            .Add("hog_ballast_mib", ballast.Count / Mebibyte, "what the other program always has: pages of libraries that are the run's, but charged elsewhere")
            .Add("hog_most_mib", most.Count / Mebibyte, $"the other program's highest wave: headroom and half of the {givesBack} that leases can give back")
            .Add("hog_sudden_mib", sudden.Count / Mebibyte, "its highest wave that is taken at once: half of the headroom");
        return results.Count == 0 ? report : Figures(report, results, alone, limit);
    }

    private static BenchReport Figures(BenchReport report, List<GroupRunResult> results, GroupRunResult alone, Bytes limit)
    {
        var third = Math.Max(1, results.Count / 3);
        return report
            .Add("held_of_limit", Each(r => r.MostHeld.Count / (double)limit.Count), "most that could not be dropped, of the limit; sampled every 20 ms")
            .Add("used_of_limit", Each(r => r.MostUsed.Count / (double)limit.Count), "the same with pages of files that could")
            .Add("limit_hits", Each(r => r.LimitHits), "how often the kernel had to drop pages to stay within it")
            .Add("budget_lowest_mib", Each(r => r.Number("memory.budgetLowestBytes") / Mebibyte), "the lowest effective budget")
            .Add("budget_changes", Each(r => r.Number("memory.budgetChanges")), "how often it changed")
            .Add("yields_for_budget", Each(r => r.Number("leases.yieldedForBudget")), "leases asked to yield because it fell")
            .Add("grace_samples", Each(r => r.Number("memory.graceSamples")), "samples above a budget that had just fallen")
            .Add("over_budget_samples", Each(r => r.Number("memory.overBudgetSamples")), "samples above it else: what was measured is above what is charged")
            .Add("frames", Each(r => r.Concluded), "frames with an outcome")
            .Add("frames_failed", Each(r => r.Failed), "of these failed; bound 0")
            .Add("fps", Each(Fps), "frames a second")
            .Add("fps_alone", Fps(alone), "frames a second in a group without a limit, alone")
            .Add("anonymous_mib", Each(r => r.MostAnonymous.Count / Mebibyte), "the run's highest anonymous memory; sampled")
            .Add("file_mib", Each(r => r.MostFile.Count / Mebibyte), "its most resident pages of files; sampled")
            .Add("growth", Statistics.Median([.. results.TakeLast(third).Select(Peak)]) / Statistics.Median([.. results.Take(third).Select(Peak)]),
                "the process's peak in the last third of the runs over that in the first: what runs leave behind for the next");

        double[] Each(Func<GroupRunResult, double> figure) => [.. results.Select(figure)];
        static double Peak(GroupRunResult result) => result.Number("memory.processPeakBytes");
    }

    private static double Fps(GroupRunResult result) => result.Summary["fps"] is { } fps ? (double)fps : 0;

    private GroupRunResult Alone(string name)
    {
        var result = new GroupRun(_folder.FullName, _frames).Run(null, null, _stop);
        Judge(name, result, result);
        return result;
    }

    private void Judge(string name, GroupRunResult result, GroupRunResult alone)
    {
        string[] wrong =
        [
            .. result.OomKills > 0 ? [$"{result.OomKills} processes were killed for memory"] : Array.Empty<string>(),
            .. result.HogDied ? ["the other program ended by itself"] : Array.Empty<string>(),
            .. result.ExitCode != 0 ? [$"exit code {result.ExitCode}: {result.Error.Trim()}"] : Array.Empty<string>(),
            .. result.Concluded == 0 || result.Concluded != alone.Concluded ? [$"{result.Concluded} of {alone.Concluded} frames have an outcome"] : Array.Empty<string>(),
            .. result.Failed > 0 ? [$"{result.Failed} frames failed"] : Array.Empty<string>(),
        ];
        if (wrong.Length > 0) _failures.Add($"{name}: {string.Join("; ", wrong)}");
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {(wrong.Length == 0 ? "well" : "FAILED")}, {result.Concluded} frames, {Fps(result):0.0} fps, held {result.MostHeld}, used {result.MostUsed}, anonymous {result.MostAnonymous}, peak {result.Number("memory.processPeakBytes") / Mebibyte:0} MiB, lowest budget {result.Number("memory.budgetLowestBytes") / Mebibyte:0} MiB, {result.Number("memory.budgetChanges")} changes, {result.Number("leases.yieldedForBudget")} yields for it, {result.LimitHits} limit hits"));
    }
}
