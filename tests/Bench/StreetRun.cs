using System.Text.Json.Nodes;
using ActorPipeline.Bench.Running;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorPipeline.Bench;

/// <summary>
/// The product's pipeline on the street video with the seed pair, PicoDet-S and PP-LCNet x1.0, without sinks, at a window of 8, unless
/// it is told otherwise.
/// </summary>
/// <param name="Frames">Frames to run.</param>
/// <param name="Budget">The memory budget.</param>
internal sealed record StreetRun(int Frames, Bytes Budget)
{
    // Made once: the product's parts set up the heap before threads are made.
    private static readonly ActorPipelineParts Product = ActorPipelineParts.Product(TimeProvider.System);

    /// <summary>The product's way to load models.</summary>
    public static Inference.IModelRuntime Runtime => Product.Runtime;

    /// <summary>The classifiers; PP-LCNet alone by default.</summary>
    public IReadOnlyList<ModelCard> Classifiers { get; init; } = [BenchData.LcNet];

    /// <value>Threads that run models; 0 for one a core. Default 0.</value>
    public int Lanes { get; init; }

    /// <summary>Changes the pipeline: its window, its sinks, whatever else it can.</summary>
    public Func<PipelineSettings, PipelineSettings> Pipeline { get; init; } = pipeline => pipeline;

    /// <summary>Changes what the actors touch the world through.</summary>
    public Func<ActorPipelineParts, ActorPipelineParts> Parts { get; init; } = parts => parts;

    /// <summary>All models of the run.</summary>
    public IEnumerable<ModelCard> Models => Classifiers.Prepend(BenchData.PicoDet);

    /// <summary>Runs it to its end as the command line does.</summary>
    /// <exception cref="InvalidOperationException">The run failed.</exception>
    public async Task<StreetResult> RunAsync()
    {
        using var gauge = new LinuxMemoryGauge();
        var record = new RunRecord();
        var result = await new PipelineRun(Settings(), "", PartsWith(gauge), record).RunAsync(NullLoggerProvider.Instance, CancellationToken.None);
        if (result.ExitCode != ExitCode.Done) throw new InvalidOperationException(string.Join("; ", result.Errors));
        return new StreetResult(result.Summary!, record);
    }

    /// <summary>Runs it to its end as an embedding program does.</summary>
    /// <returns>Each frame's milliseconds from decoded to outcome, in order.</returns>
    /// <exception cref="InvalidOperationException">The run, or a frame, failed.</exception>
    public async Task<List<double>> LatenciesAsync()
    {
        using var gauge = new LinuxMemoryGauge();
        var latencies = new List<double>(Frames);
        await new BenchHost(Settings(), PartsWith(gauge)).RunAsync(happened => latencies.Add(((FrameConcluded)happened).Latency.TotalMilliseconds), typeof(FrameConcluded));
        return latencies;
    }

    private ActorPipelineSettings Settings() => new()
    {
        Memory = new MemorySettings { Budget = Budget },
        Serving = new ServingSettings { Lanes = Lanes },
        Models = Models.ToDictionary(card => card.Id),
        Pipelines =
        [
            Pipeline(new PipelineSettings
            {
                Id = new PipelineId("street"), Source = BenchData.Street, Detect = BenchData.PicoDet.Id, Classify = [.. Classifiers.Select(c => c.Id)],
            }),
        ],
    };

    private ActorPipelineParts PartsWith(LinuxMemoryGauge gauge) =>
        Parts(Product with { Gauge = gauge, CreateSource = p => new LimitedSource(FrameSources.Open(p.Source), Frames) });
}

/// <summary>What came of a run.</summary>
/// <param name="Summary">Its summary.</param>
/// <param name="Record">All that happened in it.</param>
internal sealed record StreetResult(JsonObject Summary, RunRecord Record)
{
    /// <summary>Frames a second, from the first capture to the last unload.</summary>
    public double Rate => (double)Summary["fps"]!;

    /// <summary>A number of the summary's part on memory, in bytes or a count.</summary>
    public double Memory(string key) => (long)Summary["memory"]![key]!;

    /// <summary>How often a model was loaded.</summary>
    public int Loads(ModelId model) => (int)Summary["models"]![model.Value]!["loads"]!;
}
