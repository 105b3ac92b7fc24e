using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>
/// Owns the work that waits, for all models, and the lanes that take it. An idle lane gets the next piece whose model is ready;
/// every run has a bound; every piece submitted is answered once. This file has work and models; lanes and their runs have a file of their own.
/// </summary>
internal sealed partial class WorkBoard : ReceiveActor, IWithTimers
{
    private sealed record WatchRuns : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly WatchRuns Instance = new();
    }

    private sealed record FlushDemand : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly FlushDemand Instance = new();
    }

    private const int FailuresThatStopASession = 3;
    private static readonly TimeSpan DemandInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Timers are late by milliseconds, on a busy board by tens of them. Where one is later than this the device was suspended, or the process was stopped.</summary>
    private static readonly TimeSpan StoodStill = TimeSpan.FromSeconds(1);

    private readonly int _laneCount;
    private readonly ServingSettings _settings;
    private readonly TimeProvider _time;
    private IActorRef _supervisor;
    private readonly WorkPolicy _policy = new();
    private readonly LanePool _lanes = new();
    private readonly Dictionary<ModelId, ModelEntry> _models = [];
    private readonly HashSet<IActorRef> _submitters = [];
    private readonly Dictionary<IActorRef, PipelineId> _pipelines = [];
    private readonly Func<ModelId, int> _batch;
    private readonly Func<ModelId, bool> _isReady;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _watching;
    private TimeSpan _watchAt;
    private bool _flushing;

    public WorkBoard(int lanes, ServingSettings settings, IActorRef supervisor, TimeProvider time)
    {
        (_laneCount, _settings, _supervisor, _time) = (lanes, settings, supervisor, time);
        (_batch, _isReady) = (BatchOf, IsReady);
        Receive<Submit>(OnSubmit);
        Receive<WithdrawWork>(OnWithdraw);
        Receive<GetBoardView>(_ => Sender.Tell(View()));
        Receive<Foreseen>(OnForeseen);
        Receive<SampleWork>(OnSampleWork);
        Receive<ForgetSample>(OnForgetSample);
        Receive<RegisterModel>(OnRegister);
        Receive<ModelReady>(OnReady);
        Receive<DrainModel>(OnDrain);
        Receive<ModelUnavailable>(OnUnavailable);
        Receive<Idle>(OnIdle);
        Receive<Ran>(OnRan);
        Receive<WatchRuns>(_ => OnWatchRuns());
        Receive<FlushDemand>(_ => { _flushing = false; ReportAll(flush: true); });
        Receive<MemoryProtocol.SupervisorStarted>(OnSupervisorStarted);
        Receive<Terminated>(OnTerminated);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        for (var i = 0; i < _laneCount; i++) StartLane();
    }

    /// <summary>The lanes are gone by now: nobody reads the buffers any more.</summary>
    protected override void PostStop()
    {
        foreach (var lane in _lanes.All)
            foreach (var part in lane.Slice.Work.Parts) part.Work.Release();
        foreach (var piece in _policy.TakeAll(_ => true)) piece.Submitted.Work.Release();
        foreach (var entry in _models.Values) ForgetSampler(entry);
    }

    private ModelEntry Entry(ModelId model)
    {
        if (!_models.TryGetValue(model, out var entry)) _models.Add(model, entry = new ModelEntry(model));
        return entry;
    }

    private bool IsReady(ModelId model) => _models.TryGetValue(model, out var entry) && entry.Ready;

    /// <summary>How much it takes at once; zero while it is not ready.</summary>
    private int BatchOf(ModelId model)
    {
        if (!_models.TryGetValue(model, out var entry) || !entry.Ready) return 0;
        if (entry.Batching is not { } batching || _policy.Parts(model) is not (> 1 and var waiting)) return 1;
        return batching.Next(waiting, _policy.OldestDeadline(model) - _time.Instant(), _laneCount);
    }

    private void OnSubmit(Submit submit)
    {
        if (_submitters.Add(Sender)) Context.Watch(Sender);
        var entry = Entry(submit.Model);
        if (entry.Unavailable is { } why)
        {
            Give(new WorkPiece(submit, Sender), new PieceFailure("model-failed", why));
            return;
        }
        _policy.Add(new WorkPiece(submit, Sender));
        Report(entry);
        if (!entry.Ready) DemandOnce(entry);
        Dispatch();
    }

    private void OnWithdraw(WithdrawWork withdraw)
    {
        var submitter = Sender;
        // What of it runs is not retried either, where all is withdrawn.
        if (withdraw.Only is null) _submitters.Remove(submitter);
        foreach (var piece in _policy.TakeAll(p => p.From.Equals(submitter) && (withdraw.Only is not { } only || p.Submitted.Id == only))) Give(piece, new PieceFailure("withdrawn", ""));
        ReportAll();
    }

    private BoardView View()
    {
        var now = _time.Instant();
        // A lane that idles takes what comes at once.
        var (remaining, lanes) = (_lanes.IdleCount > 0 ? TimeSpan.Zero : _lanes.Remaining(now), Math.Max(1, _laneCount));
        var models = new Dictionary<ModelId, ModelView>(_models.Count);
        foreach (var (id, entry) in _models)
        {
            Func<ModelId, bool> ready = model => model == id || IsReady(model);
            TimeSpan Queue(bool guests) => (_policy.Backlog(ready, guests) + remaining) / lanes;
            models.Add(id, new ModelView(entry.Ready, entry.Unavailable, Queue(guests: false), Queue(guests: true), _policy.Cost(id)) { Queued = _policy.Queued(id) });
        }
        return new BoardView(_laneCount, _lanes.IdleTime(now), models) { At = now };
    }

    private void OnForeseen(Foreseen foreseen)
    {
        if (_pipelines.TryAdd(Sender, foreseen.Pipeline)) Context.Watch(Sender);
        var entry = Entry(foreseen.Model);
        entry.Foresee(foreseen);
        Report(entry);
    }

    private void OnRegister(RegisterModel register)
    {
        var entry = Entry(register.Model);
        if (entry.Actor is not null && !entry.Actor.Equals(register.Actor)) Forget(entry);
        entry.Actor = Context.Watch(register.Actor);
        // One that was given up comes back only as another.
        (entry.Demanded, entry.Unavailable) = (false, null);
        if (_policy.Queued(entry.Id) > 0) DemandOnce(entry);
    }

    private void OnReady(ModelReady ready)
    {
        var entry = Entry(ready.Model);
        (entry.Session, entry.Variant, entry.Lease) = (ready.Session, ready.Variant, ready.Lease);
        entry.Batching = ready.Session is IClassifier { Batch: > 1 and var most } ? new BatchPolicy(ready.Session.Card.Batches, most) : null;
        (entry.Draining, entry.Failing, entry.Demanded, entry.CompletedRuns, entry.FailuresInARow) = (false, false, false, 0, 0);
        ReportAll();
        Dispatch();
    }

    private void OnDrain(DrainModel drain)
    {
        var entry = Entry(drain.Model);
        entry.Draining = true;
        ReportAll();
        SayIfDrained(entry);
    }

    private void OnUnavailable(ModelUnavailable unavailable)
    {
        var entry = Entry(unavailable.Model);
        entry.Unavailable = unavailable.Reason;
        foreach (var piece in _policy.TakeAll(p => p.Model == entry.Id)) Give(piece, new PieceFailure("model-failed", unavailable.Reason));
        ReportAll();
    }

    private void OnTerminated(Terminated terminated)
    {
        if (_lanes.Of(terminated.ActorRef) is { } lane) OnLaneDied(lane);
        foreach (var entry in _models.Values)
            if (terminated.ActorRef.Equals(entry.Actor)) Forget(entry);
        if (_submitters.Remove(terminated.ActorRef))
            foreach (var piece in _policy.TakeAll(p => p.From.Equals(terminated.ActorRef))) GiveUp(piece);
        foreach (var entry in _models.Values)
            if (terminated.ActorRef.Equals(entry.Sampler?.For)) ForgetSampler(entry);
        if (_pipelines.Remove(terminated.ActorRef, out var pipeline))
        {
            _policy.Forget(pipeline);
            foreach (var entry in _models.Values) entry.Forget(pipeline);
        }
        ReportAll();
    }

    /// <summary>A model's actor is gone, and its session with it; its work waits for the next incarnation.</summary>
    private static void Forget(ModelEntry entry) =>
        (entry.Actor, entry.Session, entry.Draining, entry.Failing, entry.Demanded) = (null, null, false, false, false);

    private static void DemandOnce(ModelEntry entry)
    {
        if (entry.Demanded || entry.Actor is null) return;
        entry.Demanded = true;
        entry.Actor.Tell(new Demand(entry.Id));
    }

    private void SayIfDrained(ModelEntry entry)
    {
        if (!entry.Draining || entry.Running > 0 || entry.Actor is null) return;
        (entry.Session, entry.Draining, entry.Failing) = (null, false, false);
        entry.Actor.Tell(new ModelDrained(entry.Id, entry.CompletedRuns));
        if (_policy.Queued(entry.Id) > 0) DemandOnce(entry);
    }

    private void ReportAll(bool flush = false)
    {
        foreach (var entry in _models.Values) Report(entry, flush);
    }

    /// <summary>A new supervisor knows nothing of what is wanted.</summary>
    private void OnSupervisorStarted(MemoryProtocol.SupervisorStarted started)
    {
        _supervisor = started.Supervisor;
        foreach (var entry in _models.Values) entry.Reported = null;
        ReportAll(flush: true);
    }

    /// <summary>Tells the supervisor what a model is wanted for: to and from nothing at once, else now and then.</summary>
    private void Report(ModelEntry entry, bool flush = false)
    {
        var demand = new MemoryProtocol.ReportDemand(entry.Id, _policy.Queued(entry.Id), entry.Running, entry.Foreseen(_isReady))
        {
            OldestDeadline = _policy.OldestDeadline(entry.Id), Guests = _policy.Guests(entry.Id) + _lanes.Guests(entry.Id),
        };
        var before = entry.Reported;
        if (demand == before) return;
        if (!flush && before is not null && before.Total > 0 == demand.Total > 0 && before.Own > 0 == demand.Own > 0)
        {
            if (_flushing) return;
            _flushing = true;
            Timers.StartSingleTimer(FlushDemand.Instance, FlushDemand.Instance, DemandInterval);
            return;
        }
        entry.Reported = demand;
        _supervisor.Tell(demand);
    }
}
