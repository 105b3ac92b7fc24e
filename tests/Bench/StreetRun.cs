using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorPipeline.Bench;

/// <summary>The product's pipeline on the street video with both seed models, without sinks, at a window of 8.</summary>
internal static class StreetRun
{
    // Made once: the product's parts set up the heap before threads are made.
    private static readonly ActorPipelineParts Parts = ActorPipelineParts.Product(TimeProvider.System);

    /// <summary>Runs so many frames inside a budget.</summary>
    /// <returns>The run's summary.</returns>
    /// <exception cref="InvalidOperationException">The run failed.</exception>
    public static async Task<JsonObject> RunAsync(int frames, Bytes budget)
    {
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = budget },
            Models = new Dictionary<ModelId, ModelCard> { [BenchData.PicoDet.Id] = BenchData.PicoDet, [BenchData.SqueezeNet.Id] = BenchData.SqueezeNet },
            Pipelines = [new PipelineSettings { Id = new PipelineId("street"), Source = BenchData.Street, Detect = BenchData.PicoDet.Id, Classify = [BenchData.SqueezeNet.Id] }],
        };
        var run = new PipelineRun(settings, "", Parts with { Gauge = new Device.LinuxMemoryGauge(), CreateSource = p => new LimitedSource(FrameSources.Open(p.Source), frames) }, new RunRecord());
        var result = await run.RunAsync(NullLoggerProvider.Instance, CancellationToken.None);
        if (result.ExitCode != ExitCode.Done) throw new InvalidOperationException(string.Join("; ", result.Errors));
        return result.Summary!;
    }

    /// <summary>Frames a second of a summary.</summary>
    public static double Rate(JsonObject summary) => (double)summary["fps"]!;
}
