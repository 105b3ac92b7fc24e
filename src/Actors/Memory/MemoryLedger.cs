using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>
/// Every byte: who holds how many, who waits for some, and whose turn it is. Pure: commands carry the time, and what they lead to
/// comes back as effects. No grant ever lifts the charged bytes over the budget of any pool, bytes stay charged from the grant until
/// their release is verified, and every request ends in exactly one of granted, denied and withdrawn.
/// </summary>
internal sealed class MemoryLedger(PoolVector budget, int lanes, MemorySettings settings, IEvictionPolicy policy, long epoch = 1)
{
    private readonly Dictionary<LeaseId, Entry> _leases = [];
    private readonly List<Pending> _pending = [];
    /// <summary>The highest request number of each holder: what is not above it was heard before.</summary>
    private readonly Dictionary<long, long> _heard = [];
    private readonly Dictionary<ModelId, ReportDemand> _demand = [];
    private readonly Dictionary<ModelId, ModelHistory> _history = [];
    private readonly Dictionary<string, PoolVector> _pools = [];
    private readonly List<LedgerEffect> _effects = [];
    private readonly List<Residency> _candidates = [];
    private readonly List<LeaseId> _victims = [];
    private long _lastNumber;

    /// <summary>What may be charged.</summary>
    public PoolVector Budget { get; } = budget;

    /// <summary>What is charged now.</summary>
    public PoolVector Charged { get; private set; } = PoolVector.Zero;

    /// <summary>What the pools of pipelines have of it.</summary>
    public PoolVector ChargedToPools => _pools.Values.Aggregate(PoolVector.Zero, (sum, p) => sum + p);

    private PoolVector ChargedToStuck =>
        _leases.Values.Where(e => e.Lease.Phase == LeasePhase.Stuck).Aggregate(PoolVector.Zero, (sum, e) => sum + e.Lease.Bytes);

    /// <summary>How long the last swap took, from the first yield to the new model being ready; null before the first.</summary>
    public TimeSpan? LastSwap { get; private set; }

    /// <summary>Leases now charged.</summary>
    public int LeaseCount => _leases.Count;

    /// <summary>Requests now waiting.</summary>
    public int PendingCount => _pending.Count;

    /// <summary>The least time a model is left alone while others wait and it has work.</summary>
    public TimeSpan Quantum => LastSwap is { } swap ? swap * settings.QuantumSwaps : settings.FirstQuantum;

    /// <summary>When <see cref="Wake"/> has something to decide if nothing else happens before; null for never.</summary>
    public TimeSpan? NextWake { get; private set; }

    /// <summary>All charges, for people and plots.</summary>
    public IEnumerable<Charge> Charges =>
        _pools.Select(p => new Charge(p.Key, ChargeKind.Pool, p.Value))
            .Concat(_leases.Values.Select(e => new Charge(e.Lease.Model.Value, e.Confirmed ? ChargeKind.Resident : ChargeKind.Load, e.Lease.Bytes)));

    /// <summary>Charges a pipeline's buffers; refuses where they do not fit beside what is charged.</summary>
    public bool TryChargePool(string account, PoolVector bytes)
    {
        var before = _pools.GetValueOrDefault(account, PoolVector.Zero);
        if (!(Charged - before + bytes).FitsIn(Budget)) return false;
        Charged = Charged - before + bytes;
        _pools[account] = bytes;
        return true;
    }

    /// <summary>Ends the charge of a pipeline's buffers.</summary>
    public IReadOnlyList<LedgerEffect> ReleasePool(string account, TimeSpan now)
    {
        if (_pools.Remove(account, out var bytes)) Charged -= bytes;
        return Settle(now);
    }

    /// <summary>Whether a request was heard before: it waits, or had its answer.</summary>
    public bool Knows(RequestId request) => _heard.TryGetValue(request.Holder, out var number) && request.Number <= number;

    /// <summary>A request arrives; one that was heard before changes nothing.</summary>
    public IReadOnlyList<LedgerEffect> Request(RequestLease request, TimeSpan now)
    {
        if (Knows(request.Request)) return Settle(now);
        _heard[request.Request.Holder] = request.Request.Number;
        Enqueue(new Pending(request) { Since = now });
        var effects = Settle(now);
        return _pending.Any(p => p.Request.Request == request.Request) ? [.. effects, new LedgerEffect.Queue(request.Request)] : effects;
    }

    /// <summary>A waiting request is taken back; a granted or unknown one is left as it is.</summary>
    public IReadOnlyList<LedgerEffect> Withdraw(RequestId request, TimeSpan now)
    {
        if (_pending.RemoveAll(p => p.Request.Request == request) > 0) _effects.Add(new LedgerEffect.Withdrawn(request));
        return Settle(now);
    }

    /// <summary>A load is over.</summary>
    public IReadOnlyList<LedgerEffect> ConfirmResident(LeaseId id, TimeSpan now)
    {
        if (_leases.TryGetValue(id, out var entry) && entry.Lease.Phase == LeasePhase.Load)
        {
            entry.Lease = entry.Lease with { Phase = LeasePhase.Resident };
            entry.Confirmed = true;
            entry.TurnStart = now;
            History(entry.Lease.Model).Loaded(now - entry.Granted, now);
            if (entry.SwapStart is { } start) LastSwap = now - start;
        }
        return Settle(now);
    }

    /// <summary>What a model is wanted for has changed.</summary>
    public IReadOnlyList<LedgerEffect> ReportDemand(ReportDemand demand, TimeSpan now)
    {
        History(demand.Model).Demand(demand.Total > 0, now);
        _demand[demand.Model] = demand;
        return Settle(now);
    }

    /// <summary>A holder has let go, or has died: the bytes stay charged until <see cref="Verified"/>.</summary>
    public IReadOnlyList<LedgerEffect> Release(LeaseId id, TimeSpan now)
    {
        if (_leases.TryGetValue(id, out var entry) && entry.Lease.Phase is LeasePhase.Load or LeasePhase.Resident)
        {
            entry.Lease = entry.Lease with { Phase = LeasePhase.Releasing };
            _effects.Add(new LedgerEffect.Verify(entry.Lease));
        }
        return Settle(now);
    }

    /// <summary>The memory of a released lease is back.</summary>
    public IReadOnlyList<LedgerEffect> Verified(LeaseId id, TimeSpan now)
    {
        if (_leases.TryGetValue(id, out var entry) && entry.Lease.Phase == LeasePhase.Releasing)
        {
            _leases.Remove(id);
            Charged -= entry.Lease.Bytes;
            _effects.Add(new LedgerEffect.End(entry.Lease));
        }
        return Settle(now);
    }

    /// <summary>A native call under this lease never came back.</summary>
    public IReadOnlyList<LedgerEffect> MarkStuck(LeaseId id, TimeSpan now)
    {
        if (_leases.TryGetValue(id, out var entry) && entry.Lease.Phase != LeasePhase.Stuck)
        {
            entry.Lease = entry.Lease with { Phase = LeasePhase.Stuck };
            _effects.Add(new LedgerEffect.Stuck(entry.Lease));
        }
        return Settle(now);
    }

    /// <summary>Time has passed.</summary>
    public IReadOnlyList<LedgerEffect> Wake(TimeSpan now) => Settle(now);

    private ModelHistory History(ModelId model)
    {
        if (!_history.TryGetValue(model, out var history)) _history.Add(model, history = new ModelHistory());
        return history;
    }

    private void Enqueue(Pending pending)
    {
        var place = _pending.FindIndex(p => p.Request.Priority < pending.Request.Priority);
        _pending.Insert(place < 0 ? _pending.Count : place, pending);
    }

    /// <summary>Serves the queue from its head; nobody overtakes, so nobody starves.</summary>
    private IReadOnlyList<LedgerEffect> Settle(TimeSpan now)
    {
        NextWake = null;
        while (_pending.Count > 0 && TryServe(_pending[0], now)) _pending.RemoveAt(0);
        // Those behind the head cannot be granted yet, but what can never be granted is said at once.
        for (var i = _pending.Count - 1; i > 0; i--)
            if (DenyHopeless(_pending[i])) _pending.RemoveAt(i);
        if (_effects.Count == 0) return [];
        var effects = _effects.ToArray();
        _effects.Clear();
        return effects;
    }

    private bool TryServe(Pending pending, TimeSpan now)
    {
        foreach (var variant in pending.Request.Variants)
        {
            var need = variant.Footprint.LoadLease(lanes);
            if (!(Charged + need).FitsIn(Budget)) continue;
            Grant(pending, variant, need, now);
            return true;
        }
        if (DenyHopeless(pending)) return true;
        MakeRoom(pending, now);
        return false;
    }

    private void Grant(Pending pending, LeaseVariant variant, PoolVector need, TimeSpan now)
    {
        var lease = new Lease(new LeaseId(epoch, ++_lastNumber), pending.Request.Model, variant.Name, LeasePhase.Load, need);
        _leases.Add(lease.Id, new Entry { Lease = lease, TurnStart = now, SwapStart = pending.SwapStart, Granted = now, Pinned = pending.Request.Pinned, Priority = pending.Request.Priority });
        Charged += need;
        _effects.Add(new LedgerEffect.Grant(pending.Request.Request, lease));
    }

    /// <summary>Denies what would not fit even with every lease gone that can go.</summary>
    private bool DenyHopeless(Pending pending)
    {
        if (FirstThatCanFit(pending) is not null) return false;
        var (pools, stuck) = (ChargedToPools, ChargedToStuck);
        var needs = pending.Request.Variants.Select(v => v.Footprint.LoadLease(lanes)).ToArray();
        var fitsAlone = needs.Any(need => (pools + need).FitsIn(Budget));
        var least = needs.MinBy(need => need.Total.Count)!;
        var explanation = fitsAlone
            ? $"model '{pending.Request.Model}' needs {least}, but {stuck} are held by a native call that never came back; the process has to be started anew"
            : $"model '{pending.Request.Model}' needs {least}, but the budget of {Budget} leaves {Budget - pools} beside {pools} of pipeline buffers";
        _effects.Add(new LedgerEffect.Deny(pending.Request, fitsAlone ? DenialReason.Recycle : DenialReason.NeverFits, explanation));
        return true;
    }

    /// <summary>What the first variant needs that fits once all is gone that can go; null where none ever does.</summary>
    private PoolVector? FirstThatCanFit(Pending pending)
    {
        var stays = ChargedToPools + ChargedToStuck;
        return pending.Request.Variants.Select(v => v.Footprint.LoadLease(lanes)).FirstOrDefault(need => (stays + need).FitsIn(Budget));
    }

    private void MakeRoom(Pending pending, TimeSpan now)
    {
        var need = FirstThatCanFit(pending)!;
        var leaving = _leases.Values.Where(e => e.Yielding || e.Lease.Phase == LeasePhase.Releasing)
            .Aggregate(PoolVector.Zero, (sum, e) => sum + (e.Lease.Phase == LeasePhase.Stuck ? PoolVector.Zero : e.Lease.Bytes));
        var missing = PoolVector.Max(PoolVector.Zero, Charged - leaving + need - Budget);
        if (missing.Equals(PoolVector.Zero)) return;

        _candidates.Clear();
        foreach (var entry in _leases.Values)
        {
            if (entry.Yielding || entry.Pinned || entry.Lease.Phase != LeasePhase.Resident) continue;
            var demand = _demand.GetValueOrDefault(entry.Lease.Model);
            var turnEnd = entry.TurnStart + Quantum;
            if (demand is null or { Total: 0 } || now >= turnEnd)
            {
                var history = History(entry.Lease.Model);
                _candidates.Add(new Residency(entry.Lease.Id, entry.Lease.Model, entry.Lease.Bytes,
                    (demand?.Queued + demand?.Running) ?? 0, demand?.Foreseen ?? 0, history.LastUsed)
                {
                    ReloadTime = history.ReloadTime,
                    MeanInterval = history.MeanInterval,
                    Deadline = demand?.OldestDeadline,
                    Priority = entry.Priority,
                });
            }
            else if (NextWake is null || turnEnd < NextWake)
                NextWake = turnEnd;
        }

        _victims.Clear();
        policy.TryChoose(missing, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_candidates), now, _victims);
        if (_victims.Count == 0) return;
        var at = TurnPolicy.SwapAt(pending.Since, ReloadOf(_victims), OthersWork(_victims), now);
        if (at > now)
        {
            if (NextWake is null || at < NextWake) NextWake = at;
            return;
        }
        foreach (var victim in _victims)
        {
            var entry = _leases[victim];
            entry.Yielding = true;
            pending.SwapStart ??= now;
            _effects.Add(new LedgerEffect.Yield(entry.Lease, $"{pending.Request.Model} waits for {need}"));
        }
    }

    private TimeSpan ReloadOf(List<LeaseId> victims)
    {
        var sum = TimeSpan.Zero;
        foreach (var victim in victims) sum += History(_leases[victim].Lease.Model).ReloadTime;
        return sum;
    }

    private bool OthersWork(List<LeaseId> victims)
    {
        foreach (var entry in _leases.Values)
        {
            if (entry.Lease.Phase == LeasePhase.Load) return true;
            if (entry.Lease.Phase == LeasePhase.Resident && !entry.Yielding && _demand.GetValueOrDefault(entry.Lease.Model) is { Total: > 0 } && !victims.Contains(entry.Lease.Id))
                return true;
        }
        return false;
    }

    private sealed class Entry
    {
        public required Lease Lease { get; set; }
        public required TimeSpan? SwapStart { get; init; }
        public required TimeSpan Granted { get; init; }
        public required bool Pinned { get; init; }
        public required int Priority { get; init; }
        public TimeSpan TurnStart { get; set; }
        public bool Confirmed { get; set; }
        public bool Yielding { get; set; }
    }

    private sealed class Pending(RequestLease request)
    {
        public RequestLease Request { get; } = request;
        public required TimeSpan Since { get; init; }
        public TimeSpan? SwapStart { get; set; }
    }
}
