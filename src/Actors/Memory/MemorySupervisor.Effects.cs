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
                Publish(LeaseChange.Granted, lease);
                holder.Tell(new LeaseGranted(request, lease));
                break;
            case LedgerEffect.Queue(var request):
                if (!_requesters.TryGetValue(request, out var waiting)) break;
                if (_ledger.Waiting(request, Now) is { } seen) Publish(LeaseChange.Queued, seen, $"{seen.Need} are needed, {seen.Free} are free");
                waiting.Tell(new LeaseQueued(request));
                break;
            case LedgerEffect.Deny(var request, var reason, var explanation, var retryAfter) deny:
                _log.Warning("Denied: {Explanation}", explanation);
                Publish(LeaseChange.Denied, request.Model, Bytes.Zero, explanation, new LeaseDecision(request.Model, deny.Need, _ledger.Budget - _ledger.Charged, []), denial: reason);
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
                Publish(LeaseChange.Ended, lease);
                if (_holders.Remove(lease.Id, out var ended)) ended.Tell(new LeaseEnded(lease.Id));
                break;
            case LedgerEffect.Outgrew(var lease, var granted):
                _log.Warning("{Model} takes {Bytes}, more than the {Granted} it was granted; it is charged what it takes", lease.Model, lease.Bytes, granted);
                break;
            case LedgerEffect.Learn(var model, var variant, var reserved, var load, var turn) learnt:
                Context.System.EventStream.Publish(new FootprintObserved(Now, model, reserved.Total, load, turn) { Variant = variant, Batch = learnt.Batch });
                break;
            case LedgerEffect.Recycle(var reason):
                _log.Error("The process wants to be started anew: {Reason}", reason);
                Context.System.EventStream.Publish(new RecycleRequired(Now, reason, Stuck: false));
                break;
        }
    }

    private void Verify(Lease lease)
    {
        var verification = VerificationOf(lease);
        _verifying[lease.Id] = (lease, verification);
        // The level goes first: what the monitor subtracts is as it is now.
        TellMonitor();
        if (_trustReleases) Self.Tell(new ReleaseVerified(lease.Id, Bytes.Zero));
        else _monitor?.Tell(verification);
    }

    private VerifyRelease VerificationOf(Lease lease) =>
        new(lease.Id, _ledger.AnonymousWithout(lease) - UnseenFixed) { Alone = _ledger.LeaseCount == 1 && _ledger.SilentCount == 0 };

    private void Publish(LeaseChange change, Lease lease, string reason = "", LeaseDecision? decision = null)
    {
        _log.Info("{Change} lease {Lease} of {Model}: {Bytes} {Reason}", change, lease.Id, lease.Model, lease.Bytes, reason);
        Publish(change, lease.Model, lease.Bytes.Total, reason, decision, lease);
    }

    private void Publish(LeaseChange change, LeaseDecision waits, string reason)
    {
        _log.Info("{Change} {Model}: {Reason}", change, waits.For, reason);
        Publish(change, waits.For!.Value, Bytes.Zero, reason, waits);
    }

    private void Publish(LeaseChange change, Catalog.ModelId model, Bytes bytes, string reason, LeaseDecision? decision, Lease? lease = null, DenialReason? denial = null) =>
        Context.System.EventStream.Publish(new LeaseChanged(Now, change, model, bytes, reason)
        {
            Lease = lease?.Id, Variant = lease?.Variant, Decision = decision, Denial = denial, Charged = _ledger.Charged.Total, Budget = _ledger.Budget.Total,
        });

    private void TellMonitor()
    {
        var level = new LedgerLevel(_ledger.ChargedToModels[MemoryPool.Host], _ledger.ChargedToPools[MemoryPool.Host], _ledger.Budget[MemoryPool.Host])
        {
            Anonymous = _ledger.AnonymousOfModels - UnseenFixed, GraceUntil = _ledger.GraceUntil, Quiet = _ledger.Quiet,
            Unseen = _ledger.Unseen + PoolVector.OfHost(UnseenFixed),
        };
        if (level == _told || _monitor is null) return;
        _told = level;
        _monitor.Tell(level);
        // What others take or free meanwhile must not be taken for what this release left behind.
        foreach (var (id, (lease, told)) in _verifying.ToArray())
        {
            var verification = VerificationOf(lease);
            if (verification == told) continue;
            _verifying[id] = (lease, verification);
            _monitor.Tell(verification);
        }
    }
}
