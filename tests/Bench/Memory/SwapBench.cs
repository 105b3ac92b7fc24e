using System.Text.Json.Nodes;
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

    /// <summary>Buffers of 14 MiB, a few MiB of fixed cost, and the larger model's 38 MiB; both models beside the buffers would be 72.</summary>
    private static readonly Bytes ForOneModel = Bytes.MiB(54);

    public static async Task<BenchReport> RunAsync(int rounds, int frames)
    {
        List<double> ofResident = [], residentRates = [], swappingRates = [], ledgerPeaks = [], processPeaks = [];
        double overBudget = 0, grace = 0, debt = 0, pools = 0, loads = 0;
        using var gauge = new LinuxMemoryGauge();
        // The first run prepares the models where that was never done; the second compiles what is called often.
        await new StreetRun(40, Plenty).RunAsync();
        await new StreetRun(40, ForOneModel).RunAsync();
        for (var round = 0; round < rounds; round++)
        {
            double resident = 0;
            if (round % 2 == 0) resident = (await new StreetRun(frames, Plenty).RunAsync()).Rate;
            var (swapping, peak) = await MeasuredAsync(gauge, frames);
            if (round % 2 == 1) resident = (await new StreetRun(frames, Plenty).RunAsync()).Rate;
            residentRates.Add(resident);
            swappingRates.Add((double)swapping["fps"]!);
            ofResident.Add((double)swapping["fps"]! / resident);
            ledgerPeaks.Add(Memory(swapping, "ledgerPeakBytes") / ForOneModel.Count);
            processPeaks.Add(peak);
            overBudget += Memory(swapping, "overBudgetSamples");
            grace += Memory(swapping, "graceSamples");
            debt = Math.Max(debt, Memory(swapping, "leakDebtBytes"));
            pools = Memory(swapping, "poolBytes");
            loads += (int)swapping["models"]!["detector"]!["loads"]!;
            Console.Error.WriteLine($"round {round + 1}/{rounds}: both resident {resident:0.0}, one at a time {(double)swapping["fps"]!:0.0} frames/s");
        }
        return new BenchReport("swap")
            .Add("of_resident", ofResident, $"one model at a time over both resident, frames/s ({frames} frames, budget {ForOneModel}, window 8)")
            .Add("over_budget_samples", overBudget, "memory samples and grants above the budget, all rounds together")
            .Add("grace_samples", grace, "memory samples above a budget that was lowered")
            .Add("peak_of_bound", processPeaks, "the kernel's own peak of the process, over base + budget + headroom")
            .Add("ledger_peak_of_budget", ledgerPeaks, "the most that was charged, over the budget")
            .Add("leak_debt_mb", debt / 1e6, "memory that did not come back, at the end of a round, at most")
            .Add("pool_mb", pools / 1e6, "frame and crop buffers, part of the budget")
            .Add("loads_a_round", loads / rounds, "loads of the detector; the classifier's are as many")
            .Add("resident_fps", residentRates, "both resident, from the first capture to the last unload")
            .Add("swapping_fps", swappingRates, "one at a time");
    }

    /// <summary>A run one model at a time, and the kernel's peak over what it may be: what the process has before it, the budget and the headroom.</summary>
    private static async Task<(JsonObject Summary, double PeakOfBound)> MeasuredAsync(LinuxMemoryGauge gauge, int frames)
    {
        GC.Collect();
        NativeHeap.Trim();
        var before = gauge.Read();
        if (!gauge.BeginPhase()) throw new InvalidOperationException("the kernel does not start the high-water mark of memory anew here");
        var summary = (await new StreetRun(frames, ForOneModel).RunAsync()).Summary;
        var bound = before.Anonymous + before.File + ForOneModel + new MemorySettings().Headroom;
        return (summary, Memory(summary, "processPeakBytes") / bound.Count);
    }

    private static double Memory(JsonObject summary, string key) => (long)summary["memory"]![key]!;
}
