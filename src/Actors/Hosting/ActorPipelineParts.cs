using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Engines;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using ActorPipeline.Workers;
using Akka.Actor;

namespace ActorPipeline.Hosting;

/// <summary>
/// What the actors touch the world through. The defaults are the product's; a test puts the synthetic runtime, a numbered source,
/// a fake clock, or a probe of its own in the place of any.
/// </summary>
public sealed record ActorPipelineParts
{
    /// <summary>The product's parts: ONNX Runtime, video files, picture folders, cameras and streams, JSON lines, CSV, annotated video, snapshots, MQTT and webhooks.</summary>
    /// <param name="time">The actors' clock: <see cref="TimeProvider"/>.System outside tests.</param>
    /// <param name="outputFolder">Where relative paths of sinks are taken from; the current folder by default.</param>
    /// <param name="nativeLog">Gets ONNX Runtime's own log lines, from any thread.</param>
    /// <param name="engines"><c>actor-pipeline.engines</c>; null for the defaults.</param>
    /// <param name="footprints"><c>actor-pipeline.memory.footprints</c>: the file of measured footprints, or "auto" for the user's own.</param>
    /// <param name="warn">Gets what is wrong with that file, from any thread; for people.</param>
    /// <param name="library"><c>actor-pipeline.onnxruntime.library</c>: the path of ONNX Runtime's native library, or "auto".</param>
    public static ActorPipelineParts Product(
        TimeProvider time, string outputFolder = "", Action<string>? nativeLog = null, EngineSettings? engines = null, string footprints = "auto", Action<string>? warn = null,
        string library = OnnxLibraryUse.Auto) => new()
        {
            Runtime = ProductRuntime(nativeLog ?? warn, engines, library),
            CreateSource = pipeline => FrameSources.Open(pipeline.Source, new SourceOptions { MaxPixels = pipeline.MaxPixels }),
            CreateSink = sink => FrameSinks.Create(Describe(sink, outputFolder), time),
            Gauge = new LinuxMemoryGauge(),
            Machine = new LinuxMachineGauge(),
            Time = time,
            Footprints = new FootprintStore(footprints == "auto" ? FootprintFolder.DefaultPath(Environment.GetEnvironmentVariable) : footprints, warn),
        };

    /// <summary>The product's way to load models: what is measured in a worker process has to be what runs here.</summary>
    /// <param name="nativeLog">Gets ONNX Runtime's own log lines, from any thread.</param>
    /// <param name="engines"><c>actor-pipeline.engines</c>; null for the defaults.</param>
    /// <param name="library">The path of ONNX Runtime's native library, or "auto": the one that ACTORPIPELINE_ONNXRUNTIME names, else the packaged one.</param>
    public static IModelRuntime ProductRuntime(Action<string>? nativeLog = null, EngineSettings? engines = null, string library = OnnxLibraryUse.Auto)
    {
        NativeHeap.MapLargeBlocks();
        // On the C library's heap the lanes' activations fragment it: 103 instead of 14 MiB at the peak of SqueezeNet on two lanes.
        return new OnnxModelRuntime(nativeLog, arena: true, pool: true, engines ?? new EngineSettings(), library);
    }

    private static SinkDescription Describe(SinkSettings sink, string outputFolder)
    {
        OutboxSettings In(OutboxSettings outbox) => outbox.Store.Length == 0 ? outbox : outbox with { Store = Path.Combine(outputFolder, outbox.Store) };
        return new SinkDescription(sink.Type, Path.Combine(outputFolder, sink.Path))
        {
            Drops = sink.Overflow == SinkOverflow.Drop,
            Rotate = sink.Rotate,
            Segments = sink.Segments,
            Snapshots = sink.Snapshots is { } snapshots ? snapshots with { Folder = Path.Combine(outputFolder, snapshots.Folder) } : null,
            Mqtt = sink.Mqtt is { } mqtt ? mqtt with { Outbox = In(mqtt.Outbox) } : null,
            Webhook = sink.Webhook is { } webhook ? webhook with { Outbox = In(webhook.Outbox) } : null,
        };
    }

    /// <summary>Loads models.</summary>
    public required IModelRuntime Runtime { get; init; }

    /// <summary>Makes a pipeline's source (not yet open).</summary>
    public required Func<PipelineSettings, IFrameSource> CreateSource { get; init; }

    /// <summary>Makes a sink (not yet open).</summary>
    public required Func<SinkSettings, IFrameSink> CreateSink { get; init; }

    /// <summary>Reads the process's memory.</summary>
    public required IMemoryGauge Gauge { get; init; }

    /// <summary>Reads what the machine around the process has left. By default nobody says, and the budget is what is configured.</summary>
    public IMachineGauge Machine { get; init; } = new NoMachine();

    /// <summary>The actors' clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What models were measured to need; null where nothing is kept.</summary>
    public IFootprintStore? Footprints { get; init; }

    /// <summary>
    /// Has a worker process do a job; its task ends when that process is gone, also where it is cancelled. Null where there is none: the
    /// program <c>actorpipeline</c> has one, an embedding program does not need one.
    /// </summary>
    public Func<WorkerJob, CancellationToken, Task<WorkerAnswer>>? Worker { get; init; }

    /// <summary>In the place of the memory supervisor; null for the real one.</summary>
    public IActorRef? Supervisor { get; init; }

    /// <summary>In the place of a model's actor; null for the real one.</summary>
    public Func<ModelId, IActorRef?> Model { get; init; } = _ => null;

    /// <summary>In the place of a pipeline's camera: answers <see cref="PipelineProtocol.OpenSource"/> and <see cref="PipelineProtocol.Read"/>; null for the real reader.</summary>
    public Func<PipelineId, IActorRef?> Camera { get; init; } = _ => null;

    /// <summary>In the place of what knows the other nodes of the cluster; null for the real one.</summary>
    internal IActorRef? Site { get; init; }

    /// <summary>What a node is, in the place of what the cluster says; null for that.</summary>
    internal Cluster.NodeKey? Node { get; init; }

    /// <summary>In the place of how a path of another node is found; null for the real way.</summary>
    internal Func<string, ICanTell>? Resolve { get; init; }

    private sealed class NoMachine : IMachineGauge
    {
        public MachineReading Read() => MachineReading.Unknown;
    }
}
