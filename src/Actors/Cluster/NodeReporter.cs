using ActorPipeline.Cluster.Wire;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Speaks of this node to all others: what it has in memory, how long a piece would wait, what is free; as often as <see cref="SummaryPacer"/> says.</summary>
internal sealed class NodeReporter : ReceiveActor, IWithTimers
{
    private sealed record Due : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Due Instance = new();
    }

    private readonly GatewayParts _parts;
    private readonly IActorRef _gateway;
    private readonly TimeProvider _time;
    private readonly SummaryPacer _pacer;
    private readonly LocalTimes _times = new();
    private readonly LoadWatch _loads;
    private readonly string _address;
    private ServedCatalog _catalog = ServedCatalog.Empty;
    private Bytes _free = Bytes.Zero;
    private bool _leaving;
    private bool _asked;
    private (TimeSpan At, TimeSpan Idle)? _before;
    private double _load;

    public NodeReporter(GatewayParts parts, IActorRef gateway)
    {
        (_parts, _gateway, _time) = (parts, gateway, parts.Time);
        _pacer = new SummaryPacer(new PacerLimits(), parts.Numbers);
        _loads = new LoadWatch(_times);
        _address = AddressOf(gateway);
        Receive<ShareModels>(OnShare);
        Receive<DeskLeaving>(_ => { _leaving = true; Ask(); });
        Receive<ModelStateChanged>(OnChanged);
        Receive<LedgerChanged>(ledger => _free = Bytes.Max(Bytes.Zero, ledger.Budget - ledger.Charged));
        Receive<Due>(_ => Ask());
        Receive<BoardView>(OnView);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ModelStateChanged));
        Context.System.EventStream.Subscribe(Self, typeof(LedgerChanged));
    }

    private void OnShare(ShareModels share)
    {
        _catalog = share.Catalog;
        foreach (var served in _catalog.All) _times.Guess(served.Shared, served.LoadTime);
        Ask();
    }

    private static string AddressOf(IActorRef gateway)
    {
        var address = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;
        return (gateway.Path / HandOffGateway.DeskName).ToStringWithAddress(address);
    }

    private void OnChanged(ModelStateChanged change)
    {
        var model = _catalog.Find(change.Model);
        _loads.Changed(change, model?.Shared);
        if (model is not null) Ask();
    }

    private void Ask()
    {
        if (_asked) return;
        _asked = true;
        _parts.Board.Tell(GetBoardView.Instance);
    }

    private void OnView(BoardView view)
    {
        _asked = false;
        var now = _time.Instant();
        Measure(view, now);
        if (_pacer.Next(Summary(view), now) is { } summary) _gateway.Tell(new TellSummary(summary));
        Timers.StartSingleTimer(Due.Instance, Due.Instance, _pacer.DueAt > now ? Limit(_pacer.DueAt - now) : TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Figures move without a message: they are looked at each second.</summary>
    private static TimeSpan Limit(TimeSpan wait) => wait < TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1);

    private void Measure(BoardView view, TimeSpan now)
    {
        if (_before is { } before && now - before.At is var span && span >= TimeSpan.FromMilliseconds(200) && view.LanesIdle >= before.Idle)
            _load = Math.Clamp(1 - ((view.LanesIdle - before.Idle) / (span * Math.Max(1, view.Lanes))), 0, 1);
        else if (_before is not null) return;
        _before = (now, view.LanesIdle);
    }

    private NodeSummary Summary(BoardView view)
    {
        var held = new List<HeldModel>(_catalog.All.Count);
        foreach (var served in _catalog.All)
        {
            var stands = view.Models.GetValueOrDefault(served.Id);
            if (stands.Unavailable is not null) continue;
            held.Add(new HeldModel(served.Shared, stands.Ready, stands.GuestQueue, stands.Part ?? TimeSpan.Zero, _times.Load(served.Shared) ?? TimeSpan.Zero));
        }
        // Who takes nothing has nothing to offer; its silence would leave its last words standing.
        var offers = _parts.Settings.Roles.HasFlag(NodeRoles.Inference);
        return new NodeSummary(_parts.Self, 0, _address, _free, _load, _leaving || !offers, WireLimits.Minor, offers ? held : []);
    }
}
