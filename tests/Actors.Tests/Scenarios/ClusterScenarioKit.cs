using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Hosting;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Cluster.NeighboursProtocol;

namespace ActorPipeline.Scenarios;

/// <summary>
/// Whole trees, each in an actor system of its own and all on one virtual clock. What crosses the wire is handed over as it is, and a hub plays
/// what knows the nodes of a site.
/// </summary>
public abstract class ClusterScenarioKit : VirtualTimeKit
{
    /// <summary>One node.</summary>
    private protected sealed record Place(NodeKey Key, ActorSystem System, SyntheticModelRuntime Runtime, ConcurrentQueue<ITelemetryEvent> Events, RecordingSink Sink)
    {
        public IActorRef Root { get; set; } = ActorRefs.Nobody;

        public IReadOnlyList<T> Seen<T>() => [.. Events.OfType<T>()];
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(ConcurrentQueue<ITelemetryEvent> into) => Receive<ITelemetryEvent>(into.Enqueue);
    }

    /// <summary>What each node says comes to all others; who is said to be gone is.</summary>
    private sealed class Hub : ReceiveActor
    {
        private readonly Dictionary<NodeKey, (IActorRef Gateway, NodeSummary Summary)> _nodes = [];

        public Hub()
        {
            Receive<TellSummary>(tell =>
            {
                var isNew = !_nodes.TryGetValue(tell.Summary.Node, out var known) || !known.Gateway.Equals(Sender);
                _nodes[tell.Summary.Node] = (Sender, tell.Summary);
                foreach (var (node, (gateway, summary)) in _nodes)
                {
                    if (node == tell.Summary.Node) continue;
                    gateway.Tell(new NodeHeard(tell.Summary));
                    if (isNew) Sender.Tell(new NodeHeard(summary));
                }
            });
            Receive<NodeGone>(gone =>
            {
                _nodes.Remove(gone.Node);
                foreach (var (gateway, _) in _nodes.Values) gateway.Tell(gone);
            });
        }
    }

    private static readonly IReadOnlyList<Detection> OneObject = [new Detection(new BoundingBox(0, 0, 6, 6), 0, 0.9f)];

    private readonly List<Place> _places = [];
    private readonly IActorRef _hub;

    protected ClusterScenarioKit() => _hub = Sys.ActorOf(Props.Create(() => new Hub()));

    /// <summary>A node that is made but not started.</summary>
    private protected Place Make(string name)
    {
        var system = ActorSystem.Create(name, Virtual);
        var place = new Place(new NodeKey(name, 1), system, new SyntheticModelRuntime(Time), new ConcurrentQueue<ITelemetryEvent>(), new RecordingSink());
        var events = place.Events;
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Recorder(events))), typeof(ITelemetryEvent));
        _places.Add(place);
        return place;
    }

    private protected static SyntheticModel Declare(Place place, ModelId id, TimeSpan load = default)
    {
        var size = Bytes.MiB(40);
        var model = new SyntheticModel(id) { Footprint = Footprint.Declared(size, size, Bytes.Zero), Detects = static _ => OneObject, LoadTime = load };
        place.Runtime.Add(model);
        return model;
    }

    private protected void Start(Place place, NodeRoles roles, double budget, IFrameSource source)
    {
        var pipeline = new PipelineSettings
        {
            Id = new PipelineId("street"), Source = "street", Detect = Cards.Detector, Classify = [Cards.Classifier], MaxCrops = 2,
            Window = new WindowSettings { Min = 1, Max = 8 }, Reconnect = ReconnectSettings.Never, Sinks = [new SinkSettings { Type = "json-lines", Path = "street" }],
        };
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(budget) },
            Serving = new ServingSettings { Lanes = 2 },
            Models = new[] { Cards.Detector, Cards.Classifier }.ToDictionary(m => m, Cards.Of),
            Pipelines = [pipeline],
            Cluster = new ClusterSettings { Enabled = true, Roles = roles },
            DrainTimeout = TimeSpan.FromSeconds(5),
        };
        place.Root = ActorPipelineHosting.Start(place.System, settings, new ActorPipelineParts
        {
            Runtime = place.Runtime, CreateSource = _ => source, CreateSink = _ => place.Sink, Gauge = new FakeGauge(), Time = Time, Site = _hub, Node = place.Key, Resolve = Find,
        });
    }

    /// <summary>It stops at once and says nothing to anybody.</summary>
    private protected void Kill(Place place)
    {
        place.System.Stop(place.Root);
    }

    /// <summary>The others are told that its life is over.</summary>
    private protected void SayGone(Place place) => _hub.Tell(new NodeGone(place.Key));

    private protected RunEnded End(Place place, TimeSpan step)
    {
        AdvanceUntil(() => Assert.NotEmpty(place.Seen<RunEnded>()), step);
        return Assert.Single(place.Seen<RunEnded>());
    }

    private ICanTell Find(string path)
    {
        Assert.True(ActorPath.TryParse(path, out var parsed));
        return _places.Single(p => p.System.Name == parsed.Address.System).System.ActorSelection(parsed.ToStringWithoutAddress());
    }

    protected override void Advance(TimeSpan by)
    {
        base.Advance(by);
        foreach (var place in _places) ((TestScheduler)place.System.Scheduler).Advance(by);
    }

    protected override void AfterAll()
    {
        foreach (var place in _places)
        {
            place.Runtime.ReleaseHung();
            place.Sink.Release();
        }
        Time.Advance(TimeSpan.FromDays(1));
        foreach (var place in _places) Shutdown(place.System);
        base.AfterAll();
    }
}
