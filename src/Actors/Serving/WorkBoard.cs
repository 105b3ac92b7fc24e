using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>
/// Owns the work that waits, for all models, and the lanes that take it. An idle lane gets the next piece whose model is ready;
/// every run has a bound; every piece submitted is answered once.
/// </summary>
internal sealed class WorkBoard : ReceiveActor, IWithTimers
{
    private sealed record RunBound(int Lane, WorkId Work) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record LostBound(int Lane, WorkId Work) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record FlushDemand : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly FlushDemand Instance = new();
    }

    private const int FailuresThatStopASession = 3;
    private static readonly TimeSpan DemandInterval = TimeSpan.FromMilliseconds(100);

    private readonly int _laneCount;
    private readonly ServingSettings _settings;
    private IActorRef _supervisor;
    private readonly WorkPolicy _policy = new();
    private readonly LanePool _lanes = new();
    private readonly Dictionary<ModelId, ModelEntry> _models = [];
    private readonly HashSet<IActorRef> _submitters = [];
    private readonly Dictionary<IActorRef, PipelineId> _pipelines = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public WorkBoard(int lanes, ServingSettings settings, IActorRef supervisor)
    {
        (_laneCount, _settings, _supervisor) = (lanes, settings, supervisor);
        Receive<Submit>(OnSubmit);
        Receive<WithdrawWork>(_ => OnWithdraw());
        Receive<Foreseen>(OnForeseen);
        Receive<RegisterModel>(OnRegister);
        Receive<ModelReady>(OnReady);
        Receive<DrainModel>(OnDrain);
        Receive<ModelUnavailable>(OnUnavailable);
        Receive<Idle>(OnIdle);
        Receive<Ran>(OnRan);
        Receive<RunBound>(OnRunBound);
        Receive<LostBound>(OnLostBound);
        Receive<FlushDemand>(_ => ReportAll(flush: true));
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
        foreach (var lane in _lanes.All) lane.Piece?.Submitted.Work.Release();
        foreach (var piece in _policy.TakeAll(_ => true)) piece.Submitted.Work.Release();
    }

    private ModelEntry Entry(ModelId model)
    {
        if (!_models.TryGetValue(model, out var entry)) _models.Add(model, entry = new ModelEntry(model));
        return entry;
    }

    private bool IsReady(ModelId model) => _models.TryGetValue(model, out var entry) && entry.Ready;

    private void StartLane() => _lanes.Add(number => Context.Watch(Context.ActorOf(
        Props.Create(() => new LaneActor(number)).WithDispatcher(ServingHosting.LaneDispatcher), $"lane-{number}")));

    private void OnSubmit(Submit submit)
    {
        if (_submitters.Add(Sender)) Context.Watch(Sender);
        var entry = Entry(submit.Model);
        if (entry.Unavailable is { } why)
        {
            Fail(new WorkPiece(submit, Sender, false), "model-failed", why);
            return;
        }
        _policy.Add(new WorkPiece(submit, Sender, Retried: false));
        Report(entry);
        if (!entry.Ready) DemandOnce(entry);
        Dispatch();
    }

    private void OnWithdraw()
    {
        var submitter = Sender;
        _submitters.Remove(submitter);
        foreach (var piece in _policy.TakeAll(p => p.From.Equals(submitter))) Fail(piece, "withdrawn", "");
        ReportAll();
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
        entry.Demanded = false;
        if (_policy.Queued(entry.Id) > 0) DemandOnce(entry);
    }

    private void OnReady(ModelReady ready)
    {
        var entry = Entry(ready.Model);
        (entry.Session, entry.Variant) = (ready.Session, ready.Variant);
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
        foreach (var piece in _policy.TakeAll(p => p.Model == entry.Id)) Fail(piece, "model-failed", unavailable.Reason);
        ReportAll();
    }

    private void OnIdle(Idle idle)
    {
        if (_lanes[idle.Lane] is not { } lane) return;
        lane.IsIdle = true;
        Dispatch();
    }

    private void Dispatch()
    {
        while (_lanes.Idle is { } lane && _policy.Take(IsReady) is { } piece)
        {
            var entry = Entry(piece.Model);
            entry.Running++;
            (lane.Piece, lane.Session, lane.Variant, lane.IsIdle) = (piece, entry.Session, entry.Variant, false);
            Timers.StartSingleTimer(lane.Number, new RunBound(lane.Number, piece.Submitted.Id), _settings.RunTimeout);
            lane.Actor.Tell(new Run(piece.Submitted.Id, piece.Submitted.Work, entry.Session!));
        }
    }

    private void OnRan(Ran ran)
    {
        if (_lanes[ran.Lane] is not { Piece: { } piece } lane) return;
        Timers.Cancel(lane.Number);
        lane.Piece = null;
        if (lane.Lost)
        {
            // Its piece was answered when it was given up; what it still held goes back now.
            piece.Submitted.Work.Release();
            _log.Info("Lane {Lane} came out after it was given up", lane.Number);
            Context.Stop(lane.Actor);
            return;
        }
        var entry = Entry(piece.Model);
        entry.Running--;
        Answer(entry, piece, ran.Answer, lane.Variant);
        lane.IsIdle = true;
        Dispatch();
        Report(entry);
        SayIfDrained(entry);
    }

    private void Answer(ModelEntry entry, WorkPiece piece, LaneAnswer answer, string? variant)
    {
        if (answer is not LaneAnswer.Failed failed)
        {
            entry.CompletedRuns++;
            entry.FailuresInARow = 0;
            piece.Submitted.Work.Release();
            piece.From.Tell(new Completed(piece.Submitted.Id, answer) { Variant = variant });
            return;
        }
        entry.FailuresInARow++;
        if (failed.Terminated)
            Fail(piece, "run-timeout", $"model '{entry.Id}' ran longer than {_settings.RunTimeout.TotalSeconds:0.###} s and was terminated");
        // Nobody waits for a retry of work that was withdrawn meanwhile, or whose submitter is dead.
        else if (!piece.Retried && entry.Unavailable is null && _submitters.Contains(piece.From))
            _policy.Add(piece with { Retried = true });
        else
            Fail(piece, "run-failed", failed.Reason);

        if (entry.FailuresInARow >= FailuresThatStopASession && entry.Ready)
        {
            _log.Warning("Model {Model} failed {Count} runs in a row: {Reason}", entry.Id, entry.FailuresInARow, failed.Reason);
            entry.Failing = true;
            entry.Actor?.Tell(new ModelFailing(entry.Id, failed.Reason));
        }
    }

    private static void Fail(WorkPiece piece, string reason, string detail)
    {
        piece.Submitted.Work.Release();
        piece.From.Tell(new WorkFailed(piece.Submitted.Id, reason, detail));
    }

    private void OnRunBound(RunBound bound)
    {
        if (_lanes[bound.Lane] is not { Lost: false, Piece: { } piece } lane || piece.Submitted.Id != bound.Work) return;
        _log.Warning("Lane {Lane} has run {Work} on {Model} too long; terminating", lane.Number, bound.Work, piece.Model);
        lane.Session?.Terminate(lane.Number);
        Timers.StartSingleTimer(lane.Number, new LostBound(bound.Lane, bound.Work), _settings.LostAfter);
    }

    private void OnLostBound(LostBound bound)
    {
        if (_lanes[bound.Lane] is not { Lost: false, Piece: { } piece } lane || piece.Submitted.Id != bound.Work) return;
        _log.Error("Lane {Lane} is lost in {Work} on {Model}; a new lane takes its place", lane.Number, bound.Work, piece.Model);
        lane.Lost = true;
        var entry = Entry(piece.Model);
        entry.Running--;
        // The piece is answered, but its hold on the buffer stays until the lane comes out: it may still be reading.
        piece.From.Tell(new WorkFailed(piece.Submitted.Id, "run-timeout", $"a run of model '{entry.Id}' never came back"));
        entry.Actor?.Tell(new LaneLost(entry.Id, lane.Number));
        StartLane();
        Report(entry);
    }

    private void OnTerminated(Terminated terminated)
    {
        if (_lanes.Of(terminated.ActorRef) is { } lane) OnLaneDied(lane);
        foreach (var entry in _models.Values)
            if (terminated.ActorRef.Equals(entry.Actor)) Forget(entry);
        if (_submitters.Remove(terminated.ActorRef))
            foreach (var piece in _policy.TakeAll(p => p.From.Equals(terminated.ActorRef))) piece.Submitted.Work.Release();
        if (_pipelines.Remove(terminated.ActorRef, out var pipeline))
            foreach (var entry in _models.Values) entry.Forget(pipeline);
        ReportAll();
    }

    /// <summary>A lane that stopped is out of its run: its piece fails, and a new lane takes its place.</summary>
    private void OnLaneDied(LanePool.Lane lane)
    {
        Timers.Cancel(lane.Number);
        _lanes.Remove(lane);
        foreach (var model in _models.Values) model.Session?.CloseLane(lane.Number);
        if (!lane.Lost) StartLane();
        if (lane.Piece is not { } piece) return;
        if (lane.Lost)
        {
            piece.Submitted.Work.Release();
            return;
        }
        var entry = Entry(piece.Model);
        entry.Running--;
        Fail(piece, "lane-lost", $"lane {lane.Number} stopped");
        SayIfDrained(entry);
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
        var demand = new MemoryProtocol.ReportDemand(entry.Id, _policy.Queued(entry.Id), entry.Running, entry.Foreseen(IsReady))
        {
            OldestDeadline = _policy.OldestDeadline(entry.Id),
        };
        if (demand.Equals(entry.Reported)) return;
        if (!flush && entry.Reported is { } before && before.Total > 0 == demand.Total > 0)
        {
            if (!Timers.IsTimerActive(FlushDemand.Instance)) Timers.StartSingleTimer(FlushDemand.Instance, FlushDemand.Instance, DemandInterval);
            return;
        }
        entry.Reported = demand;
        _supervisor.Tell(demand);
    }
}
