using ActorPipeline.Catalog;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>
/// Owns the ledger of memory: carries messages to it and its effects to holders. Watches each holder before it grants, and stops one
/// that does not yield within its bound.
/// </summary>
internal sealed partial class MemorySupervisor : ReceiveActor, IWithTimers
{
    private sealed record Wake : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Wake Instance = new();
    }

    /// <summary>A holder was asked to yield so long ago; it is stopped, and where even that does not help its lease is stuck.</summary>
    private sealed record YieldOverdue(LeaseId Lease, bool Stopped) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record TrustReleases : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly TrustReleases Instance = new();
    }

    private MemorySettings _settings;
    private readonly MemoryLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<RequestId, IActorRef> _requesters = [];
    private readonly Dictionary<LeaseId, IActorRef> _holders = [];
    private readonly Dictionary<LeaseId, (Lease Lease, VerifyRelease Told)> _verifying = [];
    /// <summary>Those who were denied because the machine leaves too little, and did not ask again.</summary>
    private readonly HashSet<IActorRef> _pressed = [];
    private readonly SupervisorLegacy _legacy;
    private IActorRef? _monitor;
    private LedgerLevel? _told;
    private readonly Dictionary<string, Bytes> _unseenFixed = [];

    /// <summary>What is charged for providers that no reading of the process shows.</summary>
    private Bytes UnseenFixed => _unseenFixed.Values.Aggregate(Bytes.Zero, (sum, bytes) => sum + bytes);

    private bool _trustReleases;

    public MemorySupervisor(MemorySettings settings, int lanes, IActorRef monitor, TimeProvider time)
        : this(settings, lanes, monitor, time, SupervisorLegacy.None)
    {
    }

    /// <param name="settings">Budget and bounds.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="monitor">Reads the gauges.</param>
    /// <param name="time">The actors' clock.</param>
    /// <param name="legacy">What an incarnation before this one may have granted.</param>
    public MemorySupervisor(MemorySettings settings, int lanes, IActorRef monitor, TimeProvider time, SupervisorLegacy legacy)
    {
        (_settings, _time, _monitor, _legacy) = (settings, time, monitor, legacy);
        _ledger = new MemoryLedger(settings.Pools, lanes, settings, settings.CreatePolicy(), legacy.Epoch);

        Receive<RequestLease>(OnRequest);
        Receive<WithdrawRequest>(m => Carry(_ledger.Withdraw(m.Request, Now)));
        Receive<ConfirmResident>(m => Carry(_ledger.ConfirmResident(m.Lease, m.Measured, Now)));
        Receive<TryGrow>(OnTryGrow);
        Receive<ReportDemand>(m => Carry(_ledger.ReportDemand(m, Now)));
        Receive<ReleaseLease>(m => Release(m.Lease, m.Measured));
        Receive<ReleaseVerified>(OnVerified);
        Receive<ReportStuck>(m => Carry(_ledger.MarkStuck(m.Lease, Now)));
        Receive<ReportLeases>(OnReport);
        Receive<ModelGone>(m => Carry(_ledger.Gone(m.Model, Now)));
        Receive<ChargePool>(OnChargePool);
        Receive<ReleasePool>(m => Carry(_ledger.ReleasePool(m.Account, Now)));
        Receive<ChargeFixed>(OnChargeFixed);
        Receive<BudgetMeasured>(OnBudget);
        Receive<ConfigureBudget>(OnConfigure);
        Receive<PinLease>(m => Carry(_ledger.Pin(m.Lease, m.Pinned, Now)));
        Receive<DebtMeasured>(m => Carry(_ledger.SetDebt(m.Debt, Now)));
        Receive<ExplainModel>(m => Sender.Tell(new ModelExplained(_ledger.Explain(m.Model, Now))));
        Receive<GetResidency>(_ => Sender.Tell(new ResidencyTold([.. _ledger.Leases], [.. _ledger.Charges], _ledger.Configured, _ledger.Budget)));
        Receive<Wake>(_ => Carry(_ledger.Wake(Now)));
        Receive<YieldOverdue>(OnYieldOverdue);
        Receive<MonitorStarted>(OnMonitorStarted);
        Receive<TrustReleases>(_ => OnTrustReleases());
        Receive<Terminated>(m => { if (m.ActorRef.Equals(_monitor)) OnMonitorLost(); else OnHolderDied(m.ActorRef); });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _time.Instant();

    protected override void PreStart()
    {
        Context.Watch(_monitor);
        Context.System.EventStream.Publish(new LedgerBegun(Now, _legacy.Epoch));
        foreach (var charge in _legacy.Standing) Carry(_ledger.SetAccount(charge.Kind, charge.Account, charge.Bytes, Now));
        foreach (var (model, footprint) in _legacy.Models) _ledger.Expect(model, footprint);
        Carry([]);
    }

    private void OnRequest(RequestLease request)
    {
        if (_ledger.Knows(request.Request)) return;
        _pressed.Remove(Sender);
        Context.Watch(Sender);
        _requesters[request.Request] = Sender;
        Carry(_ledger.Request(request, Now));
    }

    private void OnReport(ReportLeases report)
    {
        if (report.Epoch != _legacy.Epoch) return;
        if (report.Held is { } held)
        {
            Context.Watch(Sender);
            _holders[held.Lease.Id] = Sender;
        }
        if (report.Pending is { } request && !_ledger.Knows(request.Request))
        {
            Context.Watch(Sender);
            _requesters[request.Request] = Sender;
        }
        Carry(_ledger.Adopt(report, Now));
        if (report.Held is { Yielding: true, Lease.Phase: LeasePhase.Resident } yields) ExpectYield(yields.Lease.Id, stopped: false);
    }

    private void OnChargeFixed(ChargeFixed charge)
    {
        _unseenFixed[charge.Account] = charge.Unseen;
        Carry(_ledger.SetAccount(ChargeKind.Fixed, charge.Account, charge.Bytes, Now));
    }

    private void OnTryGrow(TryGrow grow)
    {
        var grown = _ledger.TryGrow(grow.Lease, grow.More, Now);
        Sender.Tell(grown ? new LeaseGrown(grow.Lease, grow.More) : new GrowRefused(grow.Lease, $"{grow.More} more do not fit: {_ledger.Charged} of {_ledger.Budget} are charged"));
        Carry([]);
    }

    private void Release(LeaseId lease, Inference.TurnMeasurement? measured)
    {
        Timers.Cancel(lease);
        Carry(_ledger.Release(lease, Now, measured));
    }

    private void OnVerified(ReleaseVerified verified)
    {
        if (!_verifying.Remove(verified.Lease)) return;
        if (verified.Missing > Bytes.Zero)
            _log.Warning("After unloading under lease {Lease} {Missing} did not come back", verified.Lease, verified.Missing);
        Carry(_ledger.Verified(verified.Lease, Now));
    }

    private void OnBudget(BudgetMeasured measured)
    {
        if (measured.Critical || !measured.Budget.Equals(_ledger.Budget)) _log.Info("The budget is {Budget} now: {Why}", measured.Budget, measured.Why);
        Context.System.EventStream.Publish(new BudgetChanged(Now, PoolVector.Min(measured.Budget, _ledger.Configured).Total, measured.Critical, measured.Why));
        Limit(() => _ledger.SetBudget(measured.Budget, measured.Critical, Now));
    }

    private void OnConfigure(ConfigureBudget configure)
    {
        _settings = _settings with { Budget = configure.Budget };
        _log.Info("The budget is configured to be {Budget} from now on", _settings.Pools);
        Limit(() => _ledger.Configure(_settings.Pools, Now));
    }

    private void Limit(Func<IReadOnlyList<LedgerEffect>> set)
    {
        var before = _ledger.Budget;
        Carry(set());
        if (_ledger.Budget.FitsIn(before)) return;
        foreach (var denied in _pressed) denied.Tell(BudgetRose.Instance);
        _pressed.Clear();
    }

    private void OnChargePool(ChargePool charge)
    {
        if (_ledger.TryChargePool(charge.Account, charge.Bytes))
        {
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
        _pressed.Remove(holder);
        foreach (var (request, requester) in _requesters.ToArray())
        {
            if (!requester.Equals(holder)) continue;
            _requesters.Remove(request);
            Carry(_ledger.Withdraw(request, Now));
        }
        foreach (var (lease, owner) in _holders.ToArray())
            if (owner.Equals(holder)) Release(lease, null);
    }

    /// <summary>A holder that does not answer is stopped, which ends its session; its death takes the same path as a release.</summary>
    private void OnYieldOverdue(YieldOverdue overdue)
    {
        var lease = _ledger.Leases.FirstOrDefault(l => l.Id == overdue.Lease);
        if (lease is null || !_holders.TryGetValue(overdue.Lease, out var holder)) return;
        if (lease.Phase == LeasePhase.Load)
        {
            // A load has a bound of its own; the holder remembers that it is to yield.
            ExpectYield(overdue.Lease, stopped: false);
            return;
        }
        if (overdue.Stopped)
        {
            Context.System.EventStream.Publish(new RecycleRequired(Now, $"model '{lease.Model}' does not let go of its memory"));
            Carry(_ledger.MarkStuck(overdue.Lease, Now));
            return;
        }
        _log.Warning("{Model} does not yield lease {Lease}; its actor is stopped", lease.Model, lease.Id);
        Context.Stop(holder);
        ExpectYield(overdue.Lease, stopped: true);
    }

    private void ExpectYield(LeaseId lease, bool stopped) => Timers.StartSingleTimer(lease, new YieldOverdue(lease, stopped), _settings.YieldBound);

    /// <summary>What is unloaded waits for a new monitor to see that it is back; without one it counts as back, so that the run can end.</summary>
    private void OnMonitorLost()
    {
        _monitor = null;
        Timers.StartSingleTimer(TrustReleases.Instance, TrustReleases.Instance, _settings.ReleaseBound * 4);
    }

    private void OnTrustReleases()
    {
        _trustReleases = true;
        foreach (var lease in _verifying.Keys.ToArray()) OnVerified(new ReleaseVerified(lease, Bytes.Zero));
    }

    private void OnMonitorStarted(MonitorStarted started)
    {
        Timers.Cancel(TrustReleases.Instance);
        (_trustReleases, _told) = (false, null);
        _monitor = Context.Watch(started.Monitor);
        // The level goes first: what the monitor subtracts is as it is now.
        Carry([]);
        foreach (var (_, verification) in _verifying.Values) _monitor.Tell(verification);
    }
}
