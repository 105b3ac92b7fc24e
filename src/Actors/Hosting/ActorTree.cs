using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Makes the actors under the root and knows how to reach them; decides nothing.</summary>
internal sealed class ActorTree
{
    private ActorPipelineSettings _settings;
    private readonly ActorPipelineParts _parts;
    private readonly int _lanes;
    private readonly IUntypedActorContext _root;
    private readonly HashSet<ModelId> _models = [];
    private readonly NodeKey? _node;
    private NeighboursProtocol.AllocateDesk? _desk;
    private NeighboursProtocol.ShareModels? _shared;
    private long _gateways;

    /// <param name="root">The root's context.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="parts">What the actors touch the world through.</param>
    /// <param name="lanes">Lanes that run models.</param>
    public ActorTree(IUntypedActorContext root, ActorPipelineSettings settings, ActorPipelineParts parts, int lanes)
    {
        (_root, _settings, _parts, _lanes) = (root, settings, parts, lanes);
        var self = root.Self;
        root.ActorOf(Props.Create(() => new MeterActor(self)), "meter");
        Monitor = MakeMonitor();
        Supervisor = parts.Supervisor ?? MakeSupervisor(SupervisorLegacy.None);
        _node = settings.Cluster.Enabled ? parts.Node ?? ThisNode.Of(root.System, settings.Cluster) : null;
        Board = MakeBoard();
        Neighbours = MakeNeighbours();
        Models = Watched(Props.Create(() => new GroupActor(settings.Serving)), "models");
        Pipelines = Watched(Props.Create(() => new GroupActor(null)), "pipelines");
    }

    public IActorRef Monitor { get; private set; }

    public IActorRef Supervisor { get; private set; }

    public IActorRef Board { get; private set; }

    /// <summary>Where crops are posted that neighbours may get; null where this process is no node. It lives as long as the board.</summary>
    public IActorRef? Neighbours { get; private set; }

    /// <summary>The family of models.</summary>
    public IActorRef Models { get; }

    /// <summary>The family of pipelines.</summary>
    public IActorRef Pipelines { get; }

    /// <summary>Another host budget is configured; parts that are made anew know it too.</summary>
    public void SetBudget(Bytes budget)
    {
        _settings = _settings with { Memory = _settings.Memory with { Budget = budget } };
        Supervisor.Tell(new ConfigureBudget(budget));
        Monitor.Tell(new ConfigureBudget(budget));
    }

    /// <summary>Makes a new monitor in the place of one that died.</summary>
    /// <param name="taken">The base it took.</param>
    public void ReplaceMonitor(Bytes taken)
    {
        Monitor = MakeMonitor();
        Monitor.Tell(new RestoreBase(taken));
        Supervisor.Tell(new MonitorStarted(Monitor));
    }

    /// <summary>Makes a new supervisor in the place of one that died, and has everybody told: holders answer it with what they hold.</summary>
    public void ReplaceSupervisor(SupervisorLegacy legacy)
    {
        Supervisor = MakeSupervisor(legacy);
        var started = new SupervisorStarted(legacy.Epoch, Supervisor);
        Board.Tell(started);
        Models.Tell(new GroupActor.Announce(started));
        TellPlayed(legacy.Models.Keys, started);
    }

    /// <summary>Makes a new board in the place of one that died: models announce themselves to it, and pipelines post to it.</summary>
    public void ReplaceBoard()
    {
        Board = MakeBoard();
        Neighbours = MakeNeighbours();
        if (_desk is { } desk) Neighbours?.Tell(desk, _root.Self);
        if (_shared is { } shared) Neighbours?.Tell(shared);
        var started = new BoardStarted(Board) { Gateway = Neighbours };
        Models.Tell(new GroupActor.Announce(started));
        Pipelines.Tell(new GroupActor.Announce(started));
        foreach (var id in _models)
            if (_parts.Model(id) is { } played) Board.Tell(new RegisterModel(id, played));
        TellPlayed(_models, started);
    }

    /// <summary>What stands before the board is gone, and the board goes too.</summary>
    public void StopBoard() => _root.Stop(Board);

    /// <summary>The board is gone, and what stands before it goes too.</summary>
    public void StopNeighbours()
    {
        if (Neighbours is { } neighbours) _root.Stop(neighbours);
    }

    /// <summary>What stood before the board has stopped; its name is free.</summary>
    public void NeighboursStopped() => Neighbours = null;

    /// <summary>The desk's buffers are charged, and may be allocated.</summary>
    public void AllocateDesk(int cropBytes) => Neighbours?.Tell(_desk = new NeighboursProtocol.AllocateDesk(cropBytes), _root.Self);

    /// <summary>Neighbours may use these.</summary>
    public void Share(ServedCatalog catalog) => Neighbours?.Tell(_shared = new NeighboursProtocol.ShareModels(catalog));

    /// <summary>Makes a model's actor, or has the one that a test plays stand for it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="needs">What each of its variants needs.</param>
    public void AddModel(InspectedModel model, IReadOnlyList<LeaseVariant> needs)
    {
        var id = model.Id;
        _models.Add(id);
        if (_parts.Model(id) is { } played)
        {
            Board.Tell(new RegisterModel(id, played));
            return;
        }
        var variants = Served(model, needs);
        var (card, parts, supervisor, board, settings) = (model.Card, _parts, Supervisor, Board, _settings.Serving);
        Models.Tell(new GroupActor.Make(id.Value, Props.Create(() => new ModelActor(
            card, variants, parts.Runtime, parts.Gauge, supervisor, board, settings, parts.Time))));
    }

    /// <summary>A model is served from other files from now on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="needs">What each of its variants needs.</param>
    public void UseModel(InspectedModel model, IReadOnlyList<LeaseVariant> needs) => Tell(model.Id, new UseModel(model.Card, Served(model, needs)));

    /// <summary>A model that holds nothing is not served any more.</summary>
    public void DropModel(ModelId id)
    {
        _models.Remove(id);
        Models.Tell(new GroupActor.Drop(id.Value));
        Supervisor.Tell(new ModelGone(id));
    }

    private static IReadOnlyList<ServedVariant> Served(InspectedModel model, IReadOnlyList<LeaseVariant> needs) =>
        [.. model.Variants.Zip(needs, (variant, need) => new ServedVariant(variant.Card, need))];

    /// <summary>Makes a pipeline; it opens its source and sinks at once.</summary>
    /// <param name="settings">The pipeline.</param>
    /// <param name="classifiers">The models that look at its crops.</param>
    public void AddPipeline(PipelineSettings settings, IReadOnlyList<PipelineClassifier> classifiers)
    {
        var parts = _parts;
        Func<IActorRefFactory, IActorRef> reader = parts.Camera(settings.Id) is { } camera
            ? _ => camera
            : factory => factory.ActorOf(Props.Create(() => new SourceReader(() => parts.CreateSource(settings), settings.Reconnect, parts.Time))
                .WithDispatcher(ServingHosting.BlockingDispatcher), "source-reader");
        var pipelineParts = new PipelineParts(Board, _lanes, classifiers, reader, parts.CreateSink, parts.Time, _settings.DrainTimeout) { Gateway = Neighbours, TraceSample = _settings.Telemetry.TraceSample };
        Pipelines.Tell(new GroupActor.Make(settings.Id.Value, Props.Create(() => new PipelineActor(settings, pipelineParts))));
    }

    /// <summary>Says something to a model.</summary>
    public void Tell(ModelId id, object message)
    {
        if (_parts.Model(id) is { } played) played.Tell(message);
        else Models.Tell(new GroupActor.To(id.Value, message));
    }

    /// <summary>Says something to a pipeline.</summary>
    public void Tell(PipelineId id, object message) => Pipelines.Tell(new GroupActor.To(id.Value, message));

    /// <summary>What connections to other nodes take as they come and go is no leak of its models.</summary>
    private MemorySettings Memory => !_settings.Cluster.Enabled ? _settings.Memory : _settings.Memory with { DeadBand = _settings.Memory.DeadBand + ClusterSettings.DeadBand };

    private IActorRef MakeMonitor()
    {
        var (settings, parts) = (Memory, _parts);
        return Watched(Props.Create(() => new MemoryMonitor(settings, parts.Gauge, parts.Machine, parts.Time)), "memory-monitor");
    }

    private IActorRef MakeSupervisor(SupervisorLegacy legacy)
    {
        var (settings, lanes, monitor, time) = (Memory, _lanes, Monitor, _parts.Time);
        return Watched(Props.Create(() => new MemorySupervisor(settings, lanes, monitor, time, legacy)), "memory-supervisor");
    }

    private IActorRef MakeBoard()
    {
        var (lanes, settings, supervisor, time) = (_lanes, _settings.Serving, Supervisor, _parts.Time);
        return Watched(Props.Create(() => new WorkBoard(lanes, settings, supervisor, time)), "work-board");
    }

    private IActorRef? MakeNeighbours()
    {
        if (_node is not { } node) return null;
        // Numbers of this life of the node are never used twice, however many gateways it has. Its name is the same each time: other nodes'
        // selections of the desk are let through by its path.
        var numbers = _gateways++ << GatewayParts.NumbersBits;
        var site = _parts.Site;
        var parts = new GatewayParts(node, _settings.Cluster, Board, numbers, _parts.Time)
        {
            Directory = context => site ?? context.ActorOf(Props.Create(() => new SiteDirectory(context.Self)), "site"),
        };
        if (_parts.Resolve is { } resolve) parts = parts with { Resolve = (_, path) => resolve(path) };
        return Watched(Props.Create(() => new HandOffGateway(parts)), "neighbours");
    }

    private IActorRef Watched(Props props, string name) => _root.Watch(_root.ActorOf(props, name));

    /// <summary>Models that a test plays are in no family.</summary>
    private void TellPlayed(IEnumerable<ModelId> models, object message)
    {
        foreach (var id in models) _parts.Model(id)?.Tell(message);
    }

    /// <summary>Says something to all pipelines.</summary>
    public void TellPipelines(object message)
    {
        foreach (var pipeline in _settings.Pipelines) Tell(pipeline.Id, message);
    }
}
