using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>
/// Stands for one model: asks for its lease, has it loaded and unloaded, and is the lease's holder.
/// Unloaded -> AwaitingLease -> Loading -> Ready -> Draining (-> Unloaded or BackingOff); Failed for good after too many failures.
/// </summary>
internal sealed partial class ModelActor : ReceiveActor, IWithTimers
{
    private sealed record LoadTooLong : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record LoadLost : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record TryAgain : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record SupervisorLost(IActorRef Supervisor) : IDeadLetterSuppression;

    private sealed record BoardLost(IActorRef Board) : IDeadLetterSuppression;

    /// <summary>Why a model leaves memory, and what comes after.</summary>
    private sealed record Leaving(string Reason, bool Failed);

    private const string Timer = "bound";

    /// <summary>So often a probe asks again where the machine leaves too little; then the start is refused.</summary>
    private const int MostProbeDenials = 12;

    private ModelCard _card;
    private readonly IModelRuntime _runtime;
    private readonly IMemoryGauge _gauge;
    private readonly ServingSettings _settings;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _supervisor;
    private IActorRef _board;
    /// <summary>In order of preference.</summary>
    private IReadOnlyList<ServedVariant> _variants;
    /// <summary>What the last request was for: a grant covers this, whatever is known by then.</summary>
    private IReadOnlyList<ServedVariant> _asked = [];
    private ServedVariant? _granted;
    private LoadMeasurement? _measured;
    private TurnMeasurement? _turn;
    private long _requests;
    private RequestId _request;
    private Lease? _lease;
    private IActorRef? _session;
    private CancellationTokenSource? _cancellation;
    private TimeSpan _askedAt;
    private TimeSpan _grantedAt;
    private TimeSpan _readyAt;
    private LoadReport? _report;
    private ILoadedModel? _loaded;
    private string _failure = "";
    private bool _ran;
    private int _probeDenials;
    /// <summary>The board waits for this model; it is told when the model is ready.</summary>
    private bool _wanted;
    private IActorRef? _prober;
    private string? _probed;
    private IActorRef? _unloader;
    private bool _boardDrained;
    private bool _pinned;
    /// <summary>What the last request said of that.</summary>
    private bool _askedPinned;
    private bool _supervisorLost;
    private bool _boardLost;
    private Leaving? _leaving;
    private Leaving? _leaseEnds;
    private ModelState _state;

    public ModelActor(
        ModelCard card, IReadOnlyList<ServedVariant> variants, IModelRuntime runtime, IMemoryGauge gauge, IActorRef supervisor, IActorRef board, ServingSettings settings, TimeProvider time)
    {
        (_card, _variants, _runtime, _gauge, _supervisor, _board, _settings, _time) = (card, variants, runtime, gauge, supervisor, board, settings, time);
        _pinned = card.Pin;
        _backoff = new Backoff(settings.BackoffMin, settings.BackoffMax, settings.MaxFailures);
        Become(Unloaded);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        Context.WatchWith(_supervisor, new SupervisorLost(_supervisor));
        Context.WatchWith(_board, new BoardLost(_board));
        _board.Tell(new RegisterModel(_card.Id, Self));
    }

    protected override void PostStop() => _cancellation?.Dispose();

    private void Unloaded()
    {
        Receive<Demand>(_ => { _wanted = true; Ask(); });
        Receive<ProbeModel>(probe => { OnProbe(probe); Ask(); });
        Receive<UnloadModel>(_ => Sender.Tell(new ModelUnloaded(_card.Id)));
        Always();
    }

    private void AwaitingLease()
    {
        Receive<LeaseGranted>(g => g.Request == _request, OnGranted);
        Receive<LeaseQueued>(_ => { });
        Receive<LeaseDenied>(d => d.Request == _request, OnDenied);
        Receive<RequestWithdrawn>(_ => Settle());
        Receive<Demand>(_ => _wanted = true);
        Receive<ProbeModel>(OnProbe);
        Receive<UnloadModel>(_ => OnUnloadWhileWaiting());
        Always();
    }

    private void Loading()
    {
        Leaving? asked = null;
        Receive<SessionLoaded>(loaded => OnLoaded(loaded, asked));
        Receive<LoadFailed>(failed => asked = OnLoadFailed(failed));
        Receive<Terminated>(_ => AfterSession(asked ?? new Leaving("the session stopped while loading", Failed: true)));
        Receive<YieldLease>(yield => asked ??= new Leaving(yield.Reason, Failed: false));
        Receive<LeaveMemory>(_ => !_pinned, evict =>
        {
            asked ??= Evicted;
            Answer(evict.Control, done: true, $"model '{_card.Id}' is being loaded, and is unloaded after that");
        });
        Receive<Demand>(_ => _wanted = true);
        Receive<ProbeModel>(OnProbe);
        Receive<UnloadModel>(_ => { _unloader = Sender; _wanted = false; _cancellation?.Cancel(); asked ??= new Leaving("shutdown", Failed: false); });
        Receive<LoadTooLong>(_ => OnLoadTooLong());
        Receive<LoadLost>(_ => OnLost($"loading model '{_card.Id}' never came back"));
        Always();
    }

    private void Ready()
    {
        Receive<YieldLease>(yield => Drain(new Leaving(yield.Reason, Failed: false)));
        Receive<ModelFailing>(failing => Drain(new Leaving(failing.Reason, Failed: true)));
        Receive<UnloadModel>(_ => { _unloader = Sender; _wanted = false; Drain(new Leaving("shutdown", Failed: false)); });
        Receive<Terminated>(_ => { _session = null; Drain(new Leaving("the session died", Failed: true)); });
        Receive<LaneLost>(lost => OnLost($"lane {lost.Lane} never came back from model '{_card.Id}'"));
        Receive<Demand>(_ => { });
        Receive<ProbeModel>(_ => Sender.Tell(new ModelProbed(_card.Id, _report!)));
        Always();
    }

    private void Draining(Leaving leaving)
    {
        Receive<ModelDrained>(drained => OnDrained(drained, leaving));
        Receive<Terminated>(_ => { _session = null; if (_boardDrained) AfterSession(leaving); });
        Receive<LeaseEnded>(ended => { if (ended.Lease == _lease?.Id) AfterLease(leaving); });
        Receive<LaneLost>(lost => OnLost($"lane {lost.Lane} never came back from model '{_card.Id}'"));
        Receive<YieldLease>(_ => { });
        Receive<ModelFailing>(_ => { });
        Receive<Demand>(_ => _wanted = true);
        Receive<ProbeModel>(OnProbe);
        Receive<UnloadModel>(_ => OnUnloadWhileDraining());
        Always();
    }

    private void BackingOff()
    {
        Receive<TryAgain>(_ => Settle());
        Receive<BudgetRose>(_ =>
        {
            Timers.Cancel(Timer);
            Settle();
        });
        Receive<Demand>(_ => _wanted = true);
        Receive<ProbeModel>(OnProbe);
        Receive<UnloadModel>(_ => { _wanted = false; Timers.Cancel(Timer); Sender.Tell(new ModelUnloaded(_card.Id)); });
        Always();
    }

    private void Failed(string reason)
    {
        Receive<Demand>(_ => _board.Tell(new ModelUnavailable(_card.Id, reason)));
        Receive<ProbeModel>(_ => Sender.Tell(new ProbeFailed(_card.Id, reason)));
        Receive<UnloadModel>(_ => Sender.Tell(new ModelUnloaded(_card.Id)));
        Receive<SessionLoaded>(_ => { });
        Receive<LoadFailed>(_ => { });
        Receive<Terminated>(_ => { });
        Receive<YieldLease>(_ => { });
        Receive<LaneLost>(_ => { });
        Always();
    }

    private void Always()
    {
        // A grant that nobody waits for any more is given back at once.
        Receive<LeaseGranted>(granted =>
        {
            if (granted.Lease.Id != _lease?.Id) _supervisor.Tell(new ReleaseLease(granted.Lease.Id));
        });
        Receive<BudgetRose>(_ => { });
        Receive<SetPinned>(OnPin);
        Receive<WantModel>(OnPreload);
        Receive<LeaveMemory>(OnEvict);
        Receive<SessionUnloaded>(unloaded => _turn = unloaded.Measured);
        Receive<UseVariants>(use => _variants = [.. _variants.Select(v => v with { Lease = use.Variants.FirstOrDefault(u => u.Name == v.Name) ?? v.Lease })]);
        Receive<UseModel>(OnUseModel);
        Receive<SupervisorLost>(lost => { if (lost.Supervisor.Equals(_supervisor)) OnSupervisorLost(); });
        Receive<SupervisorStarted>(OnSupervisorStarted);
        Receive<BoardLost>(lost => { if (lost.Board.Equals(_board)) OnBoardLost(); });
        Receive<BoardStarted>(OnBoardStarted);
    }
}
