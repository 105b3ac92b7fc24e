using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using Akka.Actor;

namespace ActorPipeline.Hosting;

/// <summary>
/// What the actors touch the world through. The defaults are the product's; a test puts the synthetic runtime, a numbered source,
/// a fake clock, or a probe of its own in the place of any.
/// </summary>
public sealed record ActorPipelineParts
{
    /// <summary>The product's parts: ONNX Runtime, video files, picture folders, cameras and streams, JSON lines and annotated video.</summary>
    /// <param name="time">The actors' clock: <see cref="TimeProvider"/>.System outside tests.</param>
    /// <param name="outputFolder">Where relative paths of sinks are taken from; the current folder by default.</param>
    /// <param name="nativeLog">Gets ONNX Runtime's own log lines, from any thread.</param>
    /// <param name="cacheFolder">Where models are kept as prepared for this processor (<see cref="OnnxModelRuntime"/>); null never prepares.</param>
    public static ActorPipelineParts Product(TimeProvider time, string outputFolder = "", Action<string>? nativeLog = null, string? cacheFolder = null)
    {
        NativeHeap.MapLargeBlocks();
        return new ActorPipelineParts
        {
            // Without an arena the lanes' activations fragment the heap: 103 instead of 14 MiB at the peak of SqueezeNet on two lanes.
            Runtime = new OnnxModelRuntime(nativeLog, arena: true, cacheFolder),
            CreateSource = pipeline => FrameSources.Open(pipeline.Source, new SourceOptions { MaxPixels = pipeline.MaxPixels }),
            CreateSink = sink => FrameSinks.Create(new SinkDescription(sink.Type, Path.Combine(outputFolder, sink.Path))),
            Gauge = new LinuxMemoryGauge(),
            Time = time,
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

    /// <summary>The actors' clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>In the place of the memory supervisor; null for the real one.</summary>
    public IActorRef? Supervisor { get; init; }

    /// <summary>In the place of a model's actor; null for the real one.</summary>
    public Func<ModelId, IActorRef?> Model { get; init; } = _ => null;

    /// <summary>In the place of a pipeline's camera: answers <see cref="PipelineProtocol.OpenSource"/> and <see cref="PipelineProtocol.Read"/>; null for the real reader.</summary>
    public Func<PipelineId, IActorRef?> Camera { get; init; } = _ => null;
}
