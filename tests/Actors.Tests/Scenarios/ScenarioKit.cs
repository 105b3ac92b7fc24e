using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Scenarios;

/// <summary>The whole tree over synthetic models, numbered frames, recording sinks and a fake gauge; time moves only when a scenario moves it.</summary>
public abstract class ScenarioKit : VirtualTimeKit
{
    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ConcurrentQueue<ITelemetryEvent> into) => Receive<ITelemetryEvent>(into.Enqueue);
    }

    private static readonly IReadOnlyList<Detection> OneObject = [new Detection(new BoundingBox(0, 0, 6, 6), 0, 0.9f)];

    private readonly ConcurrentQueue<ITelemetryEvent> _events = new();
    private readonly Dictionary<PipelineId, IFrameSource> _sources = [];
    private readonly ConcurrentDictionary<string, RecordingSink> _sinks = new();
    private readonly List<PipelineSettings> _pipelines = [];

    protected ScenarioKit()
    {
        Runtime = new SyntheticModelRuntime(Time);
        var into = _events;
        Sys.EventStream.Subscribe(Sys.ActorOf(Props.Create(() => new Recorder(into))), typeof(ITelemetryEvent));
    }

    protected SyntheticModelRuntime Runtime { get; }

    protected FakeGauge Gauge { get; } = new();

    /// <summary>What the machine has left; at first nobody says.</summary>
    protected FakeMachine Machine { get; } = new();

    /// <summary>All but the budget, which each start names.</summary>
    protected MemorySettings Memory { get; set; } = new();

    /// <summary>When a model's new file may take the old one's place.</summary>
    protected ReplacementSettings Replacing { get; set; } = new();

    /// <summary>Has jobs done that worker processes do; null for none.</summary>
    protected FakeWorker? Worker { get; set; }

    /// <summary>What was measured of models; null for nothing.</summary>
    protected IFootprintStore? Footprints { get; set; }

    /// <summary>As a node among others; by default it is none.</summary>
    private protected ClusterSettings Cluster { get; set; } = new();

    /// <summary>The share of frames that are traced while somebody listens; by default none.</summary>
    protected double TraceSample { get; set; }

    /// <summary>Plays what knows other nodes.</summary>
    private protected IActorRef? Site { get; set; }

    protected IActorRef Root { get; private set; } = ActorRefs.Nobody;

    protected static ModelId Second { get; } = new("second");

    /// <summary>A model that takes so many MiB; detectors find one object in each frame.</summary>
    protected SyntheticModel Declare(ModelId id, double mebibytes = 40)
    {
        var size = Bytes.MiB(mebibytes);
        var model = new SyntheticModel(id) { Footprint = Footprint.Declared(size, size, Bytes.Zero), Detects = static _ => OneObject };
        Runtime.Add(model);
        return model;
    }

    /// <summary>A pipeline of a source and one recording sink of its name.</summary>
    protected RecordingSink Add(string name, IFrameSource source, ModelId[]? classify = null, int window = 8, RecordingSink? sink = null, Dictionary<ModelId, ClassifierUse>? uses = null)
    {
        var id = new PipelineId(name);
        _sources[id] = source;
        _pipelines.Add(new PipelineSettings
        {
            Id = id, Source = name, Detect = Cards.Detector, Classify = classify ?? [Cards.Classifier], MaxCrops = 2, Uses = uses ?? [],
            Window = new WindowSettings { Min = 1, Max = window }, Reconnect = ReconnectSettings.Never, Sinks = [new SinkSettings { Type = "json-lines", Path = name }],
        });
        return _sinks[name] = sink ?? new RecordingSink();
    }

    /// <summary>A model's card, where a scenario wants more of it than its kind.</summary>
    protected virtual ModelCard CardOf(ModelId id) => Cards.Of(id) with { Kind = id == Cards.Detector ? ModelKind.PicoDet : ModelKind.Classification };

    protected void Start(double budget, ServingSettings? serving = null, params ModelId[] models)
    {
        var settings = new ActorPipelineSettings
        {
            Memory = Memory with { Budget = Bytes.MiB(budget) },
            Serving = (serving ?? new ServingSettings()) with { Lanes = 2 },
            Models = models.ToDictionary(m => m, CardOf),
            Pipelines = _pipelines,
            Replacing = Replacing,
            Cluster = Cluster,
            Telemetry = new TelemetrySettings { TraceSample = TraceSample },
            DrainTimeout = TimeSpan.FromSeconds(5),
        };
        Root = ActorPipelineHosting.Start(Sys, settings, new ActorPipelineParts
        {
            Runtime = Runtime, CreateSource = p => _sources[p.Id], CreateSink = s => _sinks[s.Path], Gauge = Gauge, Machine = Machine, Time = Time, Footprints = Footprints,
            Worker = Worker is { } worker ? worker.RunAsync : null, Site = Site, Node = Cluster.Enabled ? new NodeKey("here", 1) : null,
        });
    }

    /// <summary>An actor of the tree; null where it is not there at present.</summary>
    protected IActorRef? Find(string name)
    {
        var probe = CreateTestProbe();
        Sys.ActorSelection($"/user/actor-pipeline/{name}").Tell(new Identify(name), probe);
        return probe.ExpectMsg<ActorIdentity>().Subject;
    }

    protected void KillAndSee(string name)
    {
        var actor = Watch(Find(name)!);
        actor.Tell(PoisonPill.Instance);
        ExpectTerminated(actor);
    }

    protected IReadOnlyList<T> Seen<T>()
        where T : ITelemetryEvent => [.. _events.OfType<T>()];

    /// <summary>What is charged now, as the events told it.</summary>
    protected IReadOnlyCollection<Charge> Charges()
    {
        var view = new ChargeView();
        foreach (var told in Seen<ITelemetryEvent>())
        {
            if (told is LedgerBegun) view.Clear();
            else if (told is LedgerChanged changed) view.Apply(changed.Change);
        }
        return view.Charges;
    }

    protected string Done(IControl control)
    {
        Root.Tell(control, TestActor);
        return ExpectMsg<ControlDone>().Text;
    }

    protected string Refused(IControl control)
    {
        Root.Tell(control, TestActor);
        return ExpectMsg<ControlRefused>().Reason;
    }

    protected RunEnded End(TimeSpan? step = null)
    {
        Action ended = () => Assert.NotEmpty(Seen<RunEnded>());
        if (step is { } by) AdvanceUntil(ended, by);
        else Eventually(ended);
        return Assert.Single(Seen<RunEnded>());
    }

    protected static PipelineEnded Of(RunEnded run, string pipeline) => run.Pipelines.Single(p => p.Pipeline.Value == pipeline);

    /// <summary>What holds at the end of every run, however it went.</summary>
    /// <param name="run">How it ended.</param>
    /// <param name="stillHeld">Buffers that a lost lane may still hold.</param>
    protected void AssertSound(RunEnded run, int stillHeld = 0)
    {
        AssertFrames(run, stillHeld);
        foreach (var ledger in Seen<LedgerChanged>()) Assert.True(ledger.Charged <= ledger.Budget, $"{ledger.Charged} charged of {ledger.Budget}");
        AssertSessions();
    }

    /// <summary>Every frame has one outcome, told in order, and every buffer is back.</summary>
    protected void AssertFrames(RunEnded run, int stillHeld = 0)
    {
        foreach (var pipeline in run.Pipelines)
        {
            Assert.Equal(pipeline.Totals.Captured, pipeline.Totals.Concluded);
            Assert.InRange(pipeline.BuffersOutstanding, 0, stillHeld);
            var numbers = _sinks[pipeline.Pipeline.Value].Numbers.ToArray();
            Assert.Equal(numbers.Order(), numbers);
            var concluded = Seen<FrameConcluded>().Where(c => c.Pipeline == pipeline.Pipeline).Select(c => c.Frame.Number).ToArray();
            Assert.Equal(concluded.Distinct().Order(), concluded);
        }
    }

    /// <summary>No run was asked of a disposed session, and none was disposed under a run.</summary>
    protected void AssertSessions()
    {
        foreach (var counters in new[] { Cards.Detector, Cards.Classifier, Second }.Where(Seen<ModelStateChanged>().Select(s => s.Model).Contains).Select(m => Runtime[m]))
        {
            Assert.Equal(0, counters.RunsAfterDispose);
            Assert.Equal(0, counters.DisposedWhileRunning);
        }
    }

    protected override void AfterAll()
    {
        // No thread may be left behind, or the system could not end.
        Runtime.ReleaseHung();
        foreach (var sink in _sinks.Values) sink.Release();
        base.AfterAll();
    }
}
