namespace ActorPipeline.Bench.Budget;

/// <summary>Frames a second inside one budget.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Rates">Frames a second, round by round.</param>
/// <param name="Loads">Loads of all models a run, the middle round's.</param>
internal sealed record BudgetPoint(Bytes Budget, IReadOnlyList<double> Rates, double Loads);

/// <summary>
/// <c>budget</c>: what memory buys: frames a second from a budget in which one of three models fits at a time to one in which all stay.
/// </summary>
internal static class BudgetBench
{
    private const int Steps = 7;

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds; in each every budget is run once, and which goes first moves on.</param>
    /// <param name="frames">Frames of each run.</param>
    /// <param name="window">Frames in flight.</param>
    /// <param name="svg">Where the picture goes; null for none.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int frames, int window, string? svg)
    {
        var run = new StreetRun(frames, Bytes.Zero)
        {
            Classifiers = [BenchData.LcNet, BenchData.SqueezeNet],
            Pipeline = p => p with { Window = p.Window with { Max = window } },
        };
        var needs = await RunNeeds.MeasureAsync(run);
        var (least, most) = (needs.ForOne.Count, needs.ForAll.Count);
        var budgets = Enumerable.Range(0, Steps).Select(i => new Bytes(least + ((most - least) * i / (Steps - 1)))).ToArray();
        var (rates, loads) = (budgets.Select(_ => new List<double>()).ToArray(), budgets.Select(_ => new List<double>()).ToArray());
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < Steps; turn++)
            {
                var i = (round + turn) % Steps;
                var result = await (run with { Budget = budgets[i] }).RunAsync();
                rates[i].Add(result.Rate);
                loads[i].Add(run.Models.Sum(m => result.Loads(m.Id)));
                Console.Error.WriteLine($"round {round + 1}/{rounds}, {budgets[i]}: {rates[i][^1]:0.0} frames/s, {loads[i][^1]} loads");
            }
        }
        BudgetPoint[] points = [.. budgets.Select((b, i) => new BudgetPoint(b, rates[i], Statistics.Median(loads[i])))];
        if (svg is not null) await File.WriteAllTextAsync(svg, BudgetPicture.Of(points, needs, $"three models on the street, {frames} frames, window {window}"));
        return Report(points, needs, frames, window);
    }

    private static BenchReport Report(BudgetPoint[] points, RunNeeds needs, int frames, int window)
    {
        var report = new BenchReport("budget")
            .Add("least_of_most", [.. points[0].Rates.Zip(points[^1].Rates, (one, all) => one / all)], $"one of three models at a time over all resident, frames/s ({frames} frames, window {window})");
        foreach (var (number, point) in points.Index())
        {
            report.Add($"budget_{number + 1}_mib", point.Budget.Count / 1048576.0, number == 0 ? $"buffers {needs.Pools}, fixed cost {needs.Fixed}, and the largest of {string.Join(", ", needs.Models.Select(m => $"{m.Name} {m.Lease}"))}" : "MiB")
                .Add($"fps_{number + 1}", point.Rates, $"frames/s in {point.Budget}; {point.Loads:0} loads a run");
        }
        return report;
    }
}
