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
/// <c>chain</c>: the pipeline against the bare loop, in turn, on the same video and models. Both models resident; then, for memory,
/// the budget of <c>hocon/street.conf</c>'s kind that holds one model at a time.
/// </summary>
internal static class ChainBench
{
    public static async Task<BenchReport> RunAsync(int rounds, int frames)
    {
        List<double> ratios = [], bareRates = [], pipelineRates = [];
        using var bare = new BareLoop();
        bare.Run(20);
        await PipelineAsync(40);
        for (var round = 0; round < rounds; round++)
        {
            // Who goes first changes from round to round, so that a machine that slows down favours neither.
            double bareRate = 0, pipelineRate = 0;
            if (round % 2 == 0) bareRate = bare.Run(frames).FramesPerSecond;
            pipelineRate = await PipelineAsync(frames);
            if (round % 2 == 1) bareRate = bare.Run(frames).FramesPerSecond;
            bareRates.Add(bareRate);
            pipelineRates.Add(pipelineRate);
            ratios.Add(pipelineRate / bareRate);
            Console.Error.WriteLine($"round {round + 1}/{rounds}: bare {bareRate:0.0} frames/s, pipeline {pipelineRate:0.0} frames/s");
        }
        return new BenchReport("chain")
            .Add("over_bare", ratios, $"pipeline frames/s over the bare loop's, round by round ({frames} frames, {Environment.ProcessorCount} cores)")
            .Add("bare_fps", bareRates, "bare loop, one thread")
            .Add("pipeline_fps", pipelineRates, "pipeline, both models resident, from the first capture to the last unload");
    }

    private static async Task<double> PipelineAsync(int frames)
    {
        var detector = BenchData.PicoDet with { Footprint = Footprint.Declared(Bytes.MiB(18), Bytes.MiB(9), Bytes.MiB(22)) };
        var classifier = BenchData.SqueezeNet with { Footprint = Footprint.Declared(Bytes.MiB(25), Bytes.MiB(7), Bytes.MiB(13)) };
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(512) },
            Models = new Dictionary<ModelId, ModelCard> { [detector.Id] = detector, [classifier.Id] = classifier },
            Pipelines = [new PipelineSettings { Id = new PipelineId("street"), Source = BenchData.Street, Detect = detector.Id, Classify = classifier.Id }],
        };
        var parts = ActorPipelineParts.Product(TimeProvider.System);
        var run = new PipelineRun(settings, "", parts with { CreateSource = p => new LimitedSource(FrameSources.Open(p.Source), frames) }, new RunRecord());
        var result = await run.RunAsync(NullLoggerProvider.Instance, CancellationToken.None);
        if (result.ExitCode != ExitCode.Done) throw new InvalidOperationException(string.Join("; ", result.Errors));
        return (double)result.Summary!["fps"]!;
    }
}
