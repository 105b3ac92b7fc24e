using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Owns the ledger of memory: carries messages to it and its effects to holders. Watches each holder before it grants.</summary>
internal sealed class MemorySupervisor : ReceiveActor, IWithTimers
{
    private sealed record Wake : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Wake Instance = new();
    }

    private readonly MemoryLedger _ledger;
    private readonly TimeProvider _time;
    private readonly IActorRef _monitor;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<RequestId, IActorRef> _requesters = [];
    private readonly Dictionary<LeaseId, IActorRef> _holders = [];
    private readonly HashSet<LeaseId> _verifying = [];
    private bool _monitorLost;

    public MemorySupervisor(MemorySettings settings, int lanes, IActorRef monitor, TimeProvider time)
    {
        _time = time;
        _monitor = monitor;
        _ledger = new MemoryLedger(PoolVector.OfHost(settings.Budget), lanes, settings, new LeastRecentlyUsed());

        Receive<RequestLease>(OnRequest);
        Receive<WithdrawRequest>(m => Carry(_ledger.Withdraw(m.Request, Now)));
        Receive<ConfirmResident>(m => { Carry(_ledger.ConfirmResident(m.Lease, Now)); PublishLevel(); });
        Receive<ReportDemand>(m => Carry(_ledger.ReportDemand(m, Now)));
        Receive<ReleaseLease>(m => Carry(_ledger.Release(m.Lease, Now)));
        Receive<ReleaseVerified>(OnVerified);
        Receive<ReportStuck>(m => Carry(_ledger.MarkStuck(m.Lease, Now)));
        Receive<ChargePool>(OnChargePool);
        Receive<ReleasePool>(m => { Carry(_ledger.ReleasePool(m.Account, Now)); PublishLevel(); });
        Receive<Wake>(_ => Carry(_ledger.Wake(Now)));
        Receive<Terminated>(m => { if (m.ActorRef.Equals(_monitor)) OnMonitorLost(); else OnHolderDied(m.ActorRef); });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _time.Instant();

    protected override void PreStart()
    {
        Context.Watch(_monitor);
        PublishLevel();
    }

    private void OnRequest(RequestLease request)
    {
        if (_ledger.Knows(request.Request)) return;
        Context.Watch(Sender);
        _requesters[request.Request] = Sender;
        Carry(_ledger.Request(request, Now));
    }

    /// <summary>Nobody can look any more: what is unloaded counts as back, so that the run can end.</summary>
    private void OnMonitorLost()
    {
        _monitorLost = true;
        foreach (var lease in _verifying.ToArray()) OnVerified(new ReleaseVerified(lease, Bytes.Zero));
    }

    private void OnVerified(ReleaseVerified verified)
    {
        _verifying.Remove(verified.Lease);
        if (verified.Missing > Bytes.Zero)
            _log.Warning("After unloading under lease {Lease} {Missing} did not come back", verified.Lease, verified.Missing);
        Carry(_ledger.Verified(verified.Lease, Now));
    }

    private void OnChargePool(ChargePool charge)
    {
        if (_ledger.TryChargePool(charge.Account, charge.Bytes))
        {
            PublishLevel();
            Sender.Tell(new PoolCharged(charge.Account));
            // What waits may fit now, where the account took less than before, or never again.
            Carry(_ledger.Wake(Now));
            return;
        }
        Sender.Tell(new PoolRefused(charge.Account,
            $"pipeline '{charge.Account}' needs {charge.Bytes} of buffers, but the budget of {_ledger.Budget} leaves {_ledger.Budget - _ledger.Charged}"));
    }

    private void OnHolderDied(IActorRef holder)
    {
        foreach (var (request, requester) in _requesters.ToArray())
        {
            if (!requester.Equals(holder)) continue;
            _requesters.Remove(request);
            Carry(_ledger.Withdraw(request, Now));
        }
        foreach (var (lease, owner) in _holders.ToArray())
            if (owner.Equals(holder)) Carry(_ledger.Release(lease, Now));
    }

    private void Carry(IReadOnlyList<LedgerEffect> effects)
    {
        foreach (var effect in effects) CarryOut(effect);
        if (effects.Count > 0) PublishLevel();
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
                _requesters[request].Tell(new LeaseQueued(request));
                break;
            case LedgerEffect.Deny(var request, var reason, var explanation):
                _log.Warning("Denied: {Explanation}", explanation);
                Context.System.EventStream.Publish(new LeaseChanged(Now, LeaseChange.Denied, request.Model, Bytes.Zero, explanation));
                if (_requesters.Remove(request.Request, out var denied)) denied.Tell(new LeaseDenied(request.Request, reason, explanation, null));
                break;
            case LedgerEffect.Withdrawn(var request):
                if (_requesters.Remove(request, out var withdrawn)) withdrawn.Tell(new RequestWithdrawn(request));
                break;
            case LedgerEffect.Yield(var lease, var reason):
                Publish(LeaseChange.Yielded, lease, reason);
                _holders[lease.Id].Tell(new YieldLease(lease.Id, reason));
                break;
            case LedgerEffect.Verify(var lease):
                var others = _ledger.Charged - _ledger.ChargedToPools - lease.Bytes;
                if (_monitorLost) Self.Tell(new ReleaseVerified(lease.Id, Bytes.Zero));
                else _monitor.Tell(new VerifyRelease(lease.Id, others[MemoryPool.Host]));
                _verifying.Add(lease.Id);
                break;
            case LedgerEffect.Stuck(var lease):
                _log.Error("Lease {Lease} of {Model} is stuck: a native call under it never came back", lease.Id, lease.Model);
                Publish(LeaseChange.Stuck, lease, "a native call never came back");
                break;
            case LedgerEffect.End(var lease):
                Publish(LeaseChange.Ended, lease, "");
                if (_holders.Remove(lease.Id, out var ended)) ended.Tell(new LeaseEnded(lease.Id));
                break;
        }
    }

    private void Publish(LeaseChange change, Lease lease, string reason)
    {
        _log.Debug("{Change} lease {Lease} of {Model}: {Bytes} {Reason}", change, lease.Id, lease.Model, lease.Bytes, reason);
        Context.System.EventStream.Publish(new LeaseChanged(Now, change, lease.Model, lease.Bytes.Total, reason));
    }

    private void PublishLevel()
    {
        var charges = _ledger.Charges.ToArray();
        var pools = _ledger.ChargedToPools.Total;
        _monitor.Tell(new LedgerLevel(_ledger.Charged.Total - pools, pools, _ledger.Budget.Total));
        Context.System.EventStream.Publish(new LedgerChanged(Now, charges, _ledger.Charged.Total, _ledger.Budget.Total));
    }
}
