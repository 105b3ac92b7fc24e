using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <content>What the ledger decided, carried out and told: one log line and one event for each decision.</content>
internal sealed partial class MemorySupervisor
{
    private void Carry(IReadOnlyList<LedgerEffect> effects)
    {
        foreach (var effect in effects) CarryOut(effect);
        _ledger.TakeChanges(change => Context.System.EventStream.Publish(new LedgerChanged(Now, change, _ledger.Charged.Total, _ledger.Budget.Total)));
        TellMonitor();
        if (_ledger.NextWake is { } wake)
            Timers.StartSingleTimer(Wake.Instance, Wake.Instance, wake > Now ? wake - Now : TimeSpan.Zero);
        else
            Timers.Cancel(Wake.Instance);
    }

    private void CarryOut(LedgerEffect effect)
    {
        switch (effect)
        {
            case LedgerEffect.Grant(var request, var lease):
                if (!_requesters.Remove(request, out var holder)) break;
                _holders[lease.Id] = holder;
                Publish(LeaseChange.Granted, lease, "");
                holder.Tell(new LeaseGranted(request, lease));
                break;
            case LedgerEffect.Queue(var request):
                if (_requesters.TryGetValue(request, out var waiting)) waiting.Tell(new LeaseQueued(request));
                break;
            case LedgerEffect.Deny(var request, var reason, var explanation, var retryAfter):
                _log.Warning("Denied: {Explanation}", explanation);
                Context.System.EventStream.Publish(new LeaseChanged(Now, LeaseChange.Denied, request.Model, Bytes.Zero, explanation));
                if (!_requesters.Remove(request.Request, out var denied)) break;
                if (reason == DenialReason.Pressure) _pressed.Add(denied);
                denied.Tell(new LeaseDenied(request.Request, reason, explanation, retryAfter));
                break;
            case LedgerEffect.Withdrawn(var request):
                if (_requesters.Remove(request, out var withdrawn)) withdrawn.Tell(new RequestWithdrawn(request));
                break;
            case LedgerEffect.Yield(var lease, var reason) yield:
                Publish(LeaseChange.Yielded, lease, reason, yield.Decision);
                if (!_holders.TryGetValue(lease.Id, out var yielding)) break;
                yielding.Tell(new YieldLease(lease.Id, reason));
                ExpectYield(lease.Id, stopped: false);
                break;
            case LedgerEffect.Verify(var lease):
                Verify(lease);
                break;
            case LedgerEffect.Stuck(var lease):
                Timers.Cancel(lease.Id);
                _log.Error("Lease {Lease} of {Model} is stuck: a native call under it never came back", lease.Id, lease.Model);
                Publish(LeaseChange.Stuck, lease, "a native call never came back");
                break;
            case LedgerEffect.End(var lease):
                Publish(LeaseChange.Ended, lease, "");
                if (_holders.Remove(lease.Id, out var ended)) ended.Tell(new LeaseEnded(lease.Id));
                break;
            case LedgerEffect.Outgrew(var lease, var granted):
                _log.Warning("{Model} takes {Bytes}, more than the {Granted} it was granted; it is charged what it takes", lease.Model, lease.Bytes, granted);
                break;
            case LedgerEffect.Learn(var model, var reserved, var load, var turn):
                Context.System.EventStream.Publish(new FootprintObserved(Now, model, reserved.Total, load, turn));
                break;
            case LedgerEffect.Recycle(var reason):
                _log.Error("The process wants to be started anew: {Reason}", reason);
                Context.System.EventStream.Publish(new RecycleRequired(Now, reason, Stuck: false));
                break;
        }
    }

    private void Verify(Lease lease)
    {
        var others = _ledger.ChargedToModels - lease.Bytes;
        var verification = new VerifyRelease(lease.Id, others[MemoryPool.Host]) { Alone = _ledger.LeaseCount == 1 };
        _verifying[lease.Id] = verification;
        // The level goes first: what the monitor subtracts is as it is now.
        TellMonitor();
        if (_trustReleases) Self.Tell(new ReleaseVerified(lease.Id, Bytes.Zero));
        else _monitor?.Tell(verification);
    }

    private void Publish(LeaseChange change, Lease lease, string reason, LeaseDecision? decision = null)
    {
        _log.Info("{Change} lease {Lease} of {Model}: {Bytes} {Reason}", change, lease.Id, lease.Model, lease.Bytes, reason);
        Context.System.EventStream.Publish(new LeaseChanged(Now, change, lease.Model, lease.Bytes.Total, reason) { Lease = lease.Id, Decision = decision });
    }

    private void TellMonitor()
    {
        var level = new LedgerLevel(_ledger.ChargedToModels[MemoryPool.Host], _ledger.ChargedToPools[MemoryPool.Host], _ledger.Budget[MemoryPool.Host])
        {
            Grace = _ledger.Exceeded, Quiet = _ledger.Quiet,
        };
        if (level == _told || _monitor is null) return;
        _told = level;
        _monitor.Tell(level);
    }
}
