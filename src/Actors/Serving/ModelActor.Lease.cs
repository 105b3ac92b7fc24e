using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <content>The life of a lease: asked for, loaded under, drained, let go of, and what follows a failure.</content>
internal sealed partial class ModelActor
{
    private void Ask()
    {
        _request = new RequestId(Self.Path.Uid, ++_requests);
        _askedAt = _time.Instant();
        Enter(AwaitingLease, ModelState.AwaitingLease, "");
        // A new supervisor is told with the report that it asks for.
        if (!_supervisorLost) _supervisor.Tell(Request());
    }

    private RequestLease Request()
    {
        _asked = _prober is not null && _probed is { } probed ? [.. _variants.Where(v => v.Name == probed)] : _variants;
        _askedPinned = _pinned;
        return new RequestLease(_request, _card.Id, [.. _asked.Select(v => v.Lease)], _card.Priority) { Pinned = _pinned };
    }

    private void OnProbe(ProbeModel probe) => (_prober, _probed) = (Sender, probe.Variant);

    private void OnGranted(LeaseGranted granted)
    {
        // A test that plays the supervisor may name none.
        var variant = _asked.FirstOrDefault(v => v.Name == granted.Lease.Variant) ?? _variants[0];
        (_lease, _granted, _turn, _measured, _grantedAt) = (granted.Lease, variant, null, null, _time.Instant());
        if (_askedPinned != _pinned) _supervisor.Tell(new PinLease(_lease.Id, _pinned));
        if (_unloader is not null)
        {
            Leave(new Leaving("shutdown", Failed: false));
            AfterSession(new Leaving("shutdown", Failed: false));
            return;
        }
        _cancellation?.Dispose();
        _cancellation = new CancellationTokenSource();
        var (runtime, card, waitForRuns, gauge, token) = (_runtime, variant.Card with { Batch = variant.Lease.Footprint.Batch }, _settings.LostAfter, _gauge, _cancellation.Token);
        var (system, supervisor, lease, now) = (Context.System, _supervisor, granted.Lease.Id, _time);
        Action reportStuck = () =>
        {
            supervisor.Tell(new ReportStuck(lease));
            system.EventStream.Publish(new RecycleRequired(now.Instant(), $"a run of model '{card.Id}' never came back"));
        };
        _session = Context.Watch(Context.ActorOf(
            Props.Create(() => new SessionActor(runtime, card, waitForRuns, reportStuck, gauge, token)).WithDispatcher(ServingHosting.LoadDispatcher), $"session-{_requests}"));
        Timers.StartSingleTimer(Timer, new LoadTooLong(), _settings.LoadTimeout);
        Enter(Loading, ModelState.Loading, "");
    }

    /// <summary>A denial that names a time is no failure: work waits, and the lease is asked for again then. A start does not wait for ever.</summary>
    private void OnDenied(LeaseDenied denied)
    {
        if (_unloader is not null)
        {
            Settle();
            return;
        }
        if (denied.RetryAfter is not { } wait || (_prober is not null && ++_probeDenials > MostProbeDenials))
        {
            // What is stuck was said by whoever hung; memory that did not come back hinders no destructor.
            if (denied.Reason == DenialReason.Recycle) Context.System.EventStream.Publish(new RecycleRequired(_time.Instant(), denied.Explanation, Stuck: false));
            GiveUp(denied.Explanation, recycle: false);
            return;
        }
        Timers.StartSingleTimer(Timer, new TryAgain(), wait);
        Enter(BackingOff, ModelState.BackingOff, denied.Explanation);
    }

    private void OnLoaded(SessionLoaded loaded, Leaving? asked)
    {
        Timers.Cancel(Timer);
        var session = loaded.Session;
        (_loaded, _report, _measured) = (session, session.Report with { Variant = _granted!.Name }, loaded.Measured);
        _supervisor.Tell(new ConfirmResident(_lease!.Id, loaded.Measured));
        _log.Info("Loaded {Model} as {Variant} on {Provider} in {Milliseconds:0.0} ms", _card.Id, _report.Variant, _report.ProviderReason, _report.LoadTime.TotalMilliseconds);
        Publish(ModelState.Ready, "", _report);
        if (IsFormer) asked ??= Replaced;
        if (_prober is not null || asked is not null)
        {
            // No work was handed out: there is nothing to drain on the board.
            var leaving = asked ?? new Leaving("probed", Failed: false);
            Leave(leaving);
            _boardDrained = true;
            Context.Stop(_session!);
            return;
        }
        _wanted = false;
        _readyAt = _time.Instant();
        Become(Ready);
        _board.Tell(ReadyNow());
    }

    private ModelReady ReadyNow() => new(_card.Id, _loaded!) { Variant = _variants.Count > 1 ? _granted!.Name : null, Lease = new LeaseTimes(_askedAt, _grantedAt, _readyAt) };

    private Leaving OnLoadFailed(LoadFailed failed)
    {
        Timers.Cancel(Timer);
        _log.Warning("Loading {Model} failed: {Reason}", _card.Id, failed.Reason);
        if (_unloader is not null) return new Leaving("shutdown", Failed: false);
        return new Leaving(failed.Reason, Failed: true);
    }

    private void OnLoadTooLong()
    {
        _log.Warning("Loading {Model} takes too long; cancelling", _card.Id);
        _cancellation?.Cancel();
        Timers.StartSingleTimer(Timer, new LoadLost(), _settings.LostAfter);
    }

    private void Drain(Leaving leaving)
    {
        Leave(leaving);
        if (_boardLost) OnDrained(new ModelDrained(_card.Id, 0), leaving);
        else _board.Tell(new DrainModel(_card.Id));
    }

    private void Leave(Leaving leaving)
    {
        (_boardDrained, _ran) = (false, false);
        _leaving = leaving;
        Enter(() => Draining(leaving), ModelState.Draining, leaving.Reason);
    }

    private void OnDrained(ModelDrained drained, Leaving leaving)
    {
        _boardDrained = true;
        _ran = drained.CompletedRuns > 0;
        if (_ran) _backoff.Succeed();
        if (_session is null) AfterSession(leaving);
        else Context.Stop(_session);
    }

    /// <summary>The session is disposed: the lease may end once the memory is seen to be back.</summary>
    private void AfterSession(Leaving leaving)
    {
        Timers.Cancel(Timer);
        (_session, _loaded) = (null, null);
        _boardDrained = true;
        Enter(() => Draining(leaving), ModelState.Draining, leaving.Reason);
        _leaseEnds = leaving;
        // A new supervisor hears of it with the report that it asks for; one that nobody waits for is not waited for.
        if (!_supervisorLost) _supervisor.Tell(new ReleaseLease(_lease!.Id, _ran ? _turn : null));
        else if (_unloader is not null) AfterLease(leaving);
    }

    private void AfterLease(Leaving leaving)
    {
        (_lease, _leaseEnds) = (null, null);
        if (!leaving.Failed || _unloader is not null)
        {
            if (_prober is not null && _report is not null) Answer(new ModelProbed(_card.Id, _report));
            Settle();
            return;
        }
        var wait = _backoff.Fail();
        if (_prober is not null || _backoff.GivenUp)
        {
            GiveUp(leaving.Reason, recycle: false);
            return;
        }
        Timers.StartSingleTimer(Timer, new TryAgain(), wait);
        Enter(BackingOff, ModelState.BackingOff, leaving.Reason);
    }

    /// <summary>Nothing is held: rest, or begin again where there is work.</summary>
    private void Settle()
    {
        Enter(Unloaded, ModelState.Unloaded, "");
        if (_unloader is not null)
        {
            _unloader.Tell(new ModelUnloaded(_card.Id));
            _unloader = null;
        }
        else if (_wanted || _prober is not null)
        {
            Ask();
        }
    }

    private void OnLost(string reason)
    {
        Timers.Cancel(Timer);
        _supervisor.Tell(new ReportStuck(_lease!.Id));
        GiveUp(reason, recycle: true);
    }

    private void GiveUp(string reason, bool recycle)
    {
        if (recycle) Context.System.EventStream.Publish(new RecycleRequired(_time.Instant(), reason));
        _failure = reason;
        Enter(() => Failed(reason), ModelState.Failed, reason);
        _board.Tell(new ModelUnavailable(_card.Id, reason));
        if (_prober is not null) Answer(new ProbeFailed(_card.Id, reason));
        _unloader?.Tell(new ModelUnloaded(_card.Id));
        _unloader = null;
    }

    private void Answer(object answer)
    {
        _prober!.Tell(answer);
        _prober = null;
    }

    private void Enter(Action behaviour, ModelState state, string reason)
    {
        Become(behaviour);
        if (state != _state) Publish(state, reason, null);
    }

    private void Publish(ModelState state, string reason, LoadReport? report)
    {
        _state = state;
        _log.Debug("{Model} is {State} {Reason}", _card.Id, state, reason);
        Context.System.EventStream.Publish(new ModelStateChanged(_time.Instant(), _card.Id, state, reason, _prober is not null, report)
        {
            Variant = _lease is null ? null : _granted?.Name,
        });
    }
}
