using ActorPipeline.Memory;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Simulation.SimulatedModel;

namespace ActorPipeline.Simulation;

/// <summary>The part between models and the ledger: requests, loads, yields, reports of demand.</summary>
public sealed partial class Simulator
{
    private void Ask(SimulatedModel model)
    {
        if (model.State != Phase.Unloaded || model.Refused || model.Queue.Count == 0) return;
        model.State = Phase.Waiting;
        Carry(_ledger.Request(
            new RequestLease(new RequestId(model.Index, ++_requestNumber), model.Model.Id, model.Variants, model.Model.Priority)
            {
                Deadline = DeadlineOf(model),
                Pinned = model.Model.Pin,
            },
            _now));
    }

    private TimeSpan? DeadlineOf(SimulatedModel model) => model.Queue.TryPeek(out var oldest, out _) ? _trace.Requests[oldest].Deadline : null;

    private void Carry(IReadOnlyList<LedgerEffect> effects)
    {
        foreach (var effect in effects) CarryOut(effect);
        if (_ledger.NextWake is not { } wake || (_wakeAt is { } comes && comes <= wake)) return;
        _wakeAt = wake;
        Schedule(wake, What.Wake);
    }

    private void CarryOut(LedgerEffect effect)
    {
        switch (effect)
        {
            case LedgerEffect.Grant(var request, var lease):
                var granted = _models[request.Holder];
                (granted.State, granted.Lease) = (Phase.Loading, lease.Id);
                _byLease[lease.Id] = granted;
                OnLoadThread(granted, load: true);
                break;
            case LedgerEffect.Deny(var request, var reason, _, var retryAfter):
                OnDenied(_models[request.Request.Holder], reason, retryAfter);
                break;
            case LedgerEffect.Yield(var lease, _):
                _books.Turn();
                var yielding = _byLease[lease.Id];
                yielding.State = Phase.Draining;
                ReportFollowers(yielding);
                UnloadIfDrained(yielding);
                break;
            case LedgerEffect.Verify(var lease):
                Carry(_ledger.Verified(lease.Id, _now));
                break;
            case LedgerEffect.End(var lease):
                if (!_byLease.Remove(lease.Id, out var ended)) break;
                ended.State = Phase.Unloaded;
                Ask(ended);
                break;
        }
    }

    private void OnDenied(SimulatedModel model, DenialReason reason, TimeSpan? retryAfter)
    {
        model.State = Phase.Unloaded;
        if (reason is DenialReason.Pressure or DenialReason.Late)
        {
            _books.Postpone();
            Schedule(_now + (retryAfter ?? AskAgainAfter), What.AskAgain, model.Index);
            return;
        }
        model.Refused = true;
        while (model.Queue.TryDequeue(out var number, out _)) Refuse(number);
        Report(model);
        // What was refused makes room in the window; not here, where another reveal may be under way.
        Schedule(_now, What.Arrive);
    }

    private void UnloadIfDrained(SimulatedModel model)
    {
        if (model.State != Phase.Draining || model.Running > 0) return;
        model.State = Phase.Unloading;
        OnLoadThread(model, load: false);
    }

    /// <summary>Loads and unloads are one at a time, in the order in which they were asked for.</summary>
    private void OnLoadThread(SimulatedModel model, bool load)
    {
        _loadThread.Enqueue((model, load));
        NextOnLoadThread();
    }

    private void NextOnLoadThread()
    {
        if (_loadThreadBusy || !_loadThread.TryDequeue(out var job)) return;
        _loadThreadBusy = true;
        if (job.Load) _books.LoadBegins(job.Model);
        Schedule(_now + (job.Load ? job.Model.Model.LoadTime : job.Model.Model.UnloadTime), job.Load ? What.Loaded : What.Unloaded, job.Model.Index);
    }

    private void OnLoaded(SimulatedModel model)
    {
        _loadThreadBusy = false;
        _books.LoadEnds(model);
        model.State = Phase.Ready;
        if (model.Queue.TryPeek(out var oldest, out _)) _ready.Enqueue(model.Index, oldest);
        Carry(_ledger.ConfirmResident(model.Lease, null, _now));
        ReportFollowers(model);
        Dispatch();
        NextOnLoadThread();
    }

    private void OnUnloaded(SimulatedModel model)
    {
        _loadThreadBusy = false;
        _books.Unloaded(model);
        Carry(_ledger.Release(model.Lease, _now));
        NextOnLoadThread();
    }

    private void ReportFollowers(SimulatedModel via)
    {
        foreach (var follower in via.Followers) Report(_models[follower]);
    }

    private void OnFlush()
    {
        _flushComes = false;
        var stale = _stale.ToArray();
        _stale.Clear();
        foreach (var index in stale)
        {
            _models[index].IsStale = false;
            Report(_models[index], flush: true);
        }
    }

    /// <summary>As the board does: to and from nothing at once, everything else now and then.</summary>
    private void Report(SimulatedModel model, bool flush = false)
    {
        var demand = new ReportDemand(model.Model.Id, model.Queue.Count, model.Running, model.Foreseen(v => _models[v].State == Phase.Ready))
        {
            OldestDeadline = DeadlineOf(model),
        };
        if (demand.Equals(model.Reported)) return;
        if (!flush && model.Reported is { } before && before.Total > 0 == demand.Total > 0)
        {
            if (!model.IsStale) _stale.Add(model.Index);
            model.IsStale = true;
            if (!_flushComes) Schedule(_now + DemandInterval, What.Flush);
            _flushComes = true;
            return;
        }
        model.Reported = demand;
        Carry(_ledger.ReportDemand(demand, _now));
    }
}
