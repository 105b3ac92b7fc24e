using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorPipeline.Bench.Chain;

/// <summary>
/// <c>chain</c>: the bare loop, the pipeline with both models resident, and the pipeline inside a budget for one model at a time, in turn,
/// on the same video and models.
/// </summary>
internal static class ChainBench
{
    private static readonly Bytes Plenty = Bytes.MiB(512);

    /// <summary>Buffers of 14 MiB and the larger model's 53 MiB; both models beside the buffers would be 100 MiB.</summary>
    private static readonly Bytes ForOneModel = Bytes.MiB(84);

    public static async Task<BenchReport> RunAsync(int rounds, int frames)
    {
        List<double> overBare = [], ofResident = [], bareRates = [], residentRates = [], swappingRates = [], peaks = [];
        double overBudget = 0;
        using var bare = new BareLoop();
        bare.Run(20);
        await PipelineAsync(40, Plenty);
        for (var round = 0; round < rounds; round++)
        {
            // Who goes first changes from round to round, so that a machine that slows down favours nobody.
            double bareRate = 0;
            if (round % 2 == 0) bareRate = bare.Run(frames).FramesPerSecond;
            var resident = await PipelineAsync(frames, Plenty);
            var swapping = await PipelineAsync(frames, ForOneModel);
            if (round % 2 == 1) bareRate = bare.Run(frames).FramesPerSecond;
            bareRates.Add(bareRate);
            residentRates.Add(Rate(resident));
            swappingRates.Add(Rate(swapping));
            overBare.Add(Rate(resident) / bareRate);
            ofResident.Add(Rate(swapping) / Rate(resident));
            peaks.Add((long)swapping["memory"]!["ledgerPeakBytes"]! / (double)ForOneModel.Count);
            overBudget += (long)swapping["memory"]!["overBudgetSamples"]!;
            Console.Error.WriteLine($"round {round + 1}/{rounds}: bare {bareRate:0.0}, both resident {Rate(resident):0.0}, one at a time {Rate(swapping):0.0} frames/s");
        }
        return new BenchReport("chain")
            .Add("over_bare", overBare, $"both resident over the bare loop, frames/s, round by round ({frames} frames, {Environment.ProcessorCount} cores)")
            .Add("of_resident", ofResident, $"one model at a time over both resident, frames/s (budget {ForOneModel}, window 8)")
            .Add("ledger_peak_of_budget", peaks, "one at a time: the most that was charged, over the budget")
            .Add("over_budget_samples", overBudget, "one at a time: memory samples above the budget, all rounds together")
            .Add("bare_fps", bareRates, "bare loop, one thread")
            .Add("resident_fps", residentRates, "pipeline, both models resident, from the first capture to the last unload")
            .Add("swapping_fps", swappingRates, "pipeline, one model at a time");
    }

    private static double Rate(JsonObject summary) => (double)summary["fps"]!;

    private static async Task<JsonObject> PipelineAsync(int frames, Bytes budget)
    {
        var detector = BenchData.PicoDet with { Footprint = Footprint.Declared(Bytes.MiB(18), Bytes.MiB(9), Bytes.MiB(22)) };
        var classifier = BenchData.SqueezeNet with { Footprint = Footprint.Declared(Bytes.MiB(25), Bytes.MiB(7), Bytes.MiB(13)) };
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = budget },
            Models = new Dictionary<ModelId, ModelCard> { [detector.Id] = detector, [classifier.Id] = classifier },
            Pipelines = [new PipelineSettings { Id = new PipelineId("street"), Source = BenchData.Street, Detect = detector.Id, Classify = classifier.Id }],
        };
        var parts = ActorPipelineParts.Product(TimeProvider.System);
        var run = new PipelineRun(settings, "", parts with { CreateSource = p => new LimitedSource(FrameSources.Open(p.Source), frames) }, new RunRecord());
        var result = await run.RunAsync(NullLoggerProvider.Instance, CancellationToken.None);
        if (result.ExitCode != ExitCode.Done) throw new InvalidOperationException(string.Join("; ", result.Errors));
        return result.Summary!;
    }
}
