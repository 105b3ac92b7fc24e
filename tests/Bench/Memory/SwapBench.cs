using ActorPipeline.Device;
using ActorPipeline.Memory;

namespace ActorPipeline.Bench.Memory;

/// <summary>
/// <c>swap</c>: the pipeline with both seed models resident, and inside a budget for the larger alone, in turn; and what the kernel saw of
/// the process meanwhile.
/// </summary>
internal static class SwapBench
{
    private static readonly Bytes Plenty = Bytes.MiB(512);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds; in each both run, and who goes first changes.</param>
    /// <param name="frames">Frames a round.</param>
    /// <param name="window">Frames in flight: the more, the longer each model's turn.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int frames, int window)
    {
        List<double> ofResident = [], residentRates = [], swappingRates = [], ledgerPeaks = [], processPeaks = [], loads = [];
        double overBudget = 0, grace = 0, debt = 0, pools = 0;
        using var gauge = new LinuxMemoryGauge();
        var resident = new StreetRun(frames, Plenty) { Pipeline = p => p with { Window = p.Window with { Max = window } } };
        var needs = await RunNeeds.MeasureAsync(resident);
        var swapping = resident with { Budget = needs.ForOne };
        await (swapping with { Frames = 2 * window }).RunAsync();
        for (var round = 0; round < rounds; round++)
        {
            double residentRate = 0;
            if (round % 2 == 0) residentRate = (await resident.RunAsync()).Rate;
            var (result, peak) = await MeasuredAsync(gauge, swapping);
            if (round % 2 == 1) residentRate = (await resident.RunAsync()).Rate;
            residentRates.Add(residentRate);
            swappingRates.Add(result.Rate);
            ofResident.Add(result.Rate / residentRate);
            ledgerPeaks.Add(result.Memory("ledgerPeakBytes") / swapping.Budget.Count);
            processPeaks.Add(peak);
            loads.Add(result.Loads(BenchData.PicoDet.Id));
            overBudget += result.Memory("overBudgetSamples");
            grace += result.Memory("graceSamples");
            debt = Math.Max(debt, result.Memory("leakDebtBytes"));
            pools = result.Memory("poolBytes");
            Console.Error.WriteLine($"round {round + 1}/{rounds}: both resident {residentRate:0.0}, one at a time {result.Rate:0.0} frames/s, {loads[^1]} turns");
        }
        if (loads.Min() <= 1) throw new InvalidOperationException($"Both models stayed inside {swapping.Budget}: nothing was swapped, and the figures say nothing.");
        return new BenchReport("swap")
            .Add("of_resident", ofResident, $"one model at a time over both resident, frames/s ({frames} frames, budget {swapping.Budget}, window {window})")
            .Add("over_budget_samples", overBudget, "memory samples and grants above the budget, all rounds together")
            .Add("grace_samples", grace, "memory samples above a budget that was lowered")
            .Add("peak_of_bound", processPeaks, "the kernel's own peak of the process, over base + budget + headroom")
            .Add("ledger_peak_of_budget", ledgerPeaks, "the most that was charged, over the budget")
            .Add("leak_debt_mb", debt / 1e6, "memory that did not come back, at the end of a round, at most")
            .Add("pool_mb", pools / 1e6, "frame and crop buffers, part of the budget")
            .Add("budget_mb", swapping.Budget.Count / 1e6, $"buffers, fixed cost ({needs.Fixed}) and the larger model's lease ({needs.Largest}); both models would take {needs.ForAll}")
            .Add("loads_a_round", loads, "loads of the detector; the classifier's are as many")
            .Add("resident_fps", residentRates, "both resident, from the first capture to the last unload")
            .Add("swapping_fps", swappingRates, "one at a time");
    }

    /// <summary>A run one model at a time, and the kernel's peak over what it may be: what the process has before it, the budget and the headroom.</summary>
    private static async Task<(StreetResult Result, double PeakOfBound)> MeasuredAsync(LinuxMemoryGauge gauge, StreetRun swapping)
    {
        GC.Collect();
        NativeHeap.Trim();
        var before = gauge.Read();
        if (!gauge.BeginPhase()) throw new InvalidOperationException("the kernel does not start the high-water mark of memory anew here");
        var result = await swapping.RunAsync();
        var bound = before.Anonymous + before.File + swapping.Budget + new MemorySettings().Headroom;
        return (result, result.Memory("processPeakBytes") / bound.Count);
    }
}
