using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Configuration;

namespace ActorPipeline.Hosting;

/// <summary>
/// What a user's own test starts from: declared models, numbered frames, results that nobody keeps, a machine with nothing else on it.
/// A test replaces any part with <c>with</c>, and puts a probe of its own in the place of a camera, a model or the supervisor.
/// </summary>
public static class SyntheticParts
{
    /// <summary>
    /// For the test kit's constructor: the tree's dispatchers, and a scheduler that moves only when the test calls
    /// <c>((TestScheduler)Sys.Scheduler).Advance(...)</c>.
    /// </summary>
    public static Config VirtualTime { get; } = ConfigurationFactory
        .ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
        .WithFallback(ActorPipelineHosting.Dispatchers());

    /// <summary>Parts over declared models; every source gives 100 numbered frames of 64 x 48 pixels.</summary>
    /// <param name="time">The actors' clock, and the synthetic models'; usually a <c>FakeTimeProvider</c>.</param>
    /// <param name="runtime">Has the models declared.</param>
    public static ActorPipelineParts Create(TimeProvider time, SyntheticModelRuntime runtime) => new()
    {
        Runtime = runtime,
        CreateSource = _ => new NumberedFrameSource(100, 64, 48),
        CreateSink = _ => new NoSink(),
        Gauge = new NoGauge(),
        Time = time,
    };

    /// <summary>One pipeline over declared models, with one lane and no sinks.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="detect">The detector's name.</param>
    /// <param name="classify">The classifier's name; null for none.</param>
    public static ActorPipelineSettings Settings(string pipeline, string detect, string? classify = null)
    {
        var models = new Dictionary<ModelId, ModelCard>();
        Add(detect, ModelKind.PicoDet);
        if (classify is not null) Add(classify, ModelKind.Classification);
        return new ActorPipelineSettings
        {
            Models = models,
            Serving = new ServingSettings { Lanes = 1 },
            Pipelines =
            [
                new PipelineSettings
                {
                    Id = new PipelineId(pipeline), Source = "synthetic", Detect = new ModelId(detect),
                    Classify = classify is null ? [] : [new ModelId(classify)],
                },
            ],
        };

        void Add(string name, ModelKind kind) => models[new ModelId(name)] = new ModelCard { Id = new ModelId(name), Path = "", Kind = kind };
    }

    /// <summary>What a test that plays the supervisor answers to a request: a lease for its first variant.</summary>
    /// <param name="request">The request.</param>
    /// <param name="number">The lease's number; unique within the test.</param>
    public static MemoryProtocol.LeaseGranted Grant(MemoryProtocol.RequestLease request, long number)
    {
        var variant = request.Variants[0];
        return new MemoryProtocol.LeaseGranted(
            request.Request, new Lease(new LeaseId(1, number), request.Model, variant.Name, LeasePhase.Load, variant.Footprint.LoadLease(1)));
    }

    private sealed class NoSink : IFrameSink
    {
        public bool DrawsPixels => false;

        public void Open(SinkContext context)
        {
        }

        public void Write(FrameReport report, ImageView? pixels)
        {
        }

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class NoGauge : IMemoryGauge
    {
        public MemoryReading Read() => new(Bytes.Zero, Bytes.Zero, Bytes.Zero, Bytes.Zero);

        public bool BeginPhase() => false;
    }
}
