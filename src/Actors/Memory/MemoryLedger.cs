using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>
/// Every byte: who holds how many, who waits for some, and whose turn it is. Pure: commands carry the time, and what they lead to
/// comes back as effects. No grant ever lifts the charged bytes over the effective budget of any pool, bytes stay charged from the
/// grant until their release is verified, and every request ends in exactly one of granted, denied and withdrawn.
/// </summary>
internal sealed partial class MemoryLedger(PoolVector budget, int lanes, MemorySettings settings, IEvictionPolicy policy, long epoch = 1)
{
    /// <summary>The account of memory that did not come back.</summary>
    public const string DebtAccount = "debt";

    /// <summary>What is left of a long swap's length with each one after it.</summary>
    private const double SwapFades = 0.8;

    private readonly LeaseTable _leases = new();
    private readonly AccountBook _accounts = new();
    private readonly RequestQueue _queue = new();
    private readonly Dictionary<ModelId, ModelUse> _uses = [];
    private readonly SharedWeights _shared = new();
    /// <summary>The highest request number of each holder: what is not above it was heard before.</summary>
    private readonly Dictionary<long, long> _heard = [];
    /// <summary>Models that may hold a lease of an earlier incarnation, until they say so or are seen dead.</summary>
    private readonly Dictionary<ModelId, PoolVector> _silent = [];
    private readonly List<LedgerEffect> _effects = [];
    private readonly List<Charge> _changes = [];
    private TimeSpan _longestSwap;
    private long _lastNumber;
    private bool _warm;
    private bool _wantsRecycling;

    /// <summary>What is charged now.</summary>
    public PoolVector Charged => _leases.Held + _accounts.Total;

    /// <summary>What the pools of pipelines have of it.</summary>
    public PoolVector ChargedToPools => _accounts[ChargeKind.Pool];

    /// <summary>What models have of it: leases, fixed cost and shared weights.</summary>
    public PoolVector ChargedToModels => Charged - _accounts[ChargeKind.Pool] - _accounts[ChargeKind.Debt];

    /// <summary>What is charged of memory that no reading of the process shows: a device's own, and its part of the host's where they share it.</summary>
    public PoolVector Unseen
    {
        get
        {
            var charged = Charged;
            var unseen = charged - PoolVector.OfHost(charged[MemoryPool.Host]);
            foreach (var entry in _leases.All)
                if (entry.Variant.Footprint.Unseen > Bytes.Zero && entry.Lease.Phase != LeasePhase.Build) unseen += PoolVector.OfHost(entry.Variant.Footprint.Unseen);
            return unseen;
        }
    }

    /// <summary>What of that is anonymous memory, in the host pool: all but weights that lie in pages of files, which shared ones always do.</summary>
    public Bytes AnonymousOfModels => (ChargedToModels - _accounts[ChargeKind.Shared])[MemoryPool.Host] - _leases.Mapped - Unseen[MemoryPool.Host];

    /// <summary>The same without one lease.</summary>
    public Bytes AnonymousWithout(Lease lease)
    {
        var entry = _leases[lease.Id];
        var unseen = entry is { Lease.Phase: not LeasePhase.Build } ? entry.Variant.Footprint.Unseen : Bytes.Zero;
        return AnonymousOfModels - (lease.Bytes[MemoryPool.Host] - (entry?.Mapped ?? Bytes.Zero) - unseen);
    }

    /// <summary>Whether nothing loads, unloads or runs, as far as is known.</summary>
    public bool Quiet
    {
        get
        {
            foreach (var entry in _leases.All)
                if (entry.Lease.Phase != LeasePhase.Resident || entry.Yielding || entry.Use.Wanted) return false;
            return true;
        }
    }

    /// <summary>How long the last swap took, from the first yield to the new model being ready; null before the first.</summary>
    public TimeSpan? LastSwap { get; private set; }

    /// <summary>Leases now charged.</summary>
    public int LeaseCount => _leases.Count;

    /// <summary>Requests now waiting.</summary>
    public int PendingCount => _queue.Count;

    /// <summary>The least time a model is left alone while others wait and it has work.</summary>
    /// <remarks>Counted in the longest of the last swaps: who yields has to be swapped in again, and a turn that paid off a quick swap alone would not pay for that.</remarks>
    public TimeSpan Quantum => LastSwap is null ? settings.FirstQuantum : _longestSwap * settings.QuantumSwaps;

    /// <summary>When <see cref="Wake"/> has something to decide if nothing else happens before; null for never.</summary>
    public TimeSpan? NextWake { get; private set; }

    /// <summary>All charges, for people.</summary>
    public IEnumerable<Charge> Charges => _accounts.Charges.Concat(_leases.All.Select(e => ChargeOf(e.Lease)));

    /// <summary>All leases, for people.</summary>
    public IEnumerable<Lease> Leases => _leases.All.Select(e => e.Lease);

    /// <summary>Hands over the charges that changed since the last call; one of no bytes has ended.</summary>
    public void TakeChanges(Action<Charge> each)
    {
        foreach (var change in _changes) each(change);
        _changes.Clear();
    }

    /// <summary>Charges a pipeline's buffers; refuses where they do not fit beside what is charged.</summary>
    public bool TryChargePool(string account, PoolVector bytes)
    {
        if (!(Charged - _accounts[ChargeKind.Pool, account] + bytes).FitsIn(Budget)) return false;
        Set(ChargeKind.Pool, account, bytes);
        return true;
    }

    /// <summary>Ends the charge of a pipeline's buffers.</summary>
    public IReadOnlyList<LedgerEffect> ReleasePool(string account, TimeSpan now)
    {
        Set(ChargeKind.Pool, account, PoolVector.Zero);
        return Settle(now);
    }

    /// <summary>
    /// Charges what is there whatever the budget says: fixed cost as measured, or what an earlier incarnation had charged. Where that
    /// is more than the budget, leases yield and nothing is granted until it holds again.
    /// </summary>
    public IReadOnlyList<LedgerEffect> SetAccount(ChargeKind kind, string account, PoolVector bytes, TimeSpan now)
    {
        Set(kind, account, bytes);
        return Settle(now);
    }

    /// <summary>The level of memory that did not come back.</summary>
    public IReadOnlyList<LedgerEffect> SetDebt(Bytes debt, TimeSpan now)
    {
        var limit = Configured[MemoryPool.Host].Count * settings.DebtLimit;
        if (!_wantsRecycling && settings.DebtLimit > 0 && debt.Count > limit)
        {
            _wantsRecycling = true;
            _effects.Add(new LedgerEffect.Recycle($"{debt} did not come back after unloads, more than {settings.DebtLimit:P0} of the budget of {Configured}"));
        }
        return SetAccount(ChargeKind.Debt, DebtAccount, PoolVector.OfHost(debt), now);
    }

    /// <summary>Whether a request was heard before: it waits, or had its answer.</summary>
    public bool Knows(RequestId request) => _heard.TryGetValue(request.Holder, out var number) && request.Number <= number;

    /// <summary>A request arrives; one that was heard before changes nothing.</summary>
    public IReadOnlyList<LedgerEffect> Request(RequestLease request, TimeSpan now)
    {
        if (Knows(request.Request)) return Settle(now);
        _heard[request.Request.Holder] = request.Request.Number;
        Use(request.Model).Priority = request.Priority;
        var due = request.Deadline ?? Use(request.Model).Demand?.OldestDeadline ?? now + settings.Patience;
        var pending = _queue.Add(request, Needs(request), now, due, request.Phase == LeasePhase.Load && Use(request.Model).WantedByGuests);
        if (DenyIfHopeless(pending, now) || DenyIfLate(pending, now)) return Settle(now);
        var effects = Settle(now);
        if (!_queue.Contains(request.Request)) return effects;
        return [.. effects, new LedgerEffect.Queue(request.Request)];
    }

    /// <summary>A waiting request is taken back; a granted or unknown one is left as it is.</summary>
    public IReadOnlyList<LedgerEffect> Withdraw(RequestId request, TimeSpan now)
    {
        if (_queue.Remove(request)) _effects.Add(new LedgerEffect.Withdrawn(request));
        return Settle(now);
    }

    /// <summary>What a model is wanted for has changed.</summary>
    public IReadOnlyList<LedgerEffect> ReportDemand(ReportDemand demand, TimeSpan now)
    {
        var use = Use(demand.Model);
        use.Report(demand, now);
        if (use.Wanted) _queue.Place(demand.Model, use.WantedByGuests);
        return Settle(now);
    }

    /// <summary>Time has passed.</summary>
    public IReadOnlyList<LedgerEffect> Wake(TimeSpan now) => Settle(now);

    private ModelUse Use(ModelId model)
    {
        ref var use = ref CollectionsMarshal.GetValueRefOrAddDefault(_uses, model, out _);
        return use ??= new ModelUse(model);
    }

    private PoolVector[] Needs(RequestLease request)
    {
        var needs = new PoolVector[request.Variants.Count];
        for (var i = 0; i < needs.Length; i++)
        {
            var variant = request.Variants[i];
            needs[i] = request.Phase == LeasePhase.Build ? variant.Footprint.Load
                : PoolVector.Max(variant.Footprint.LoadLease(lanes), Use(request.Model).Outgrown(variant.Name));
        }
        return needs;
    }

    private void Set(ChargeKind kind, string account, PoolVector bytes)
    {
        if (!_accounts[kind, account].Equals(bytes)) _changes.Add(_accounts.Set(kind, account, bytes));
    }

    private void Change(LeaseEntry entry, Lease lease, bool? yielding = null)
    {
        var (phase, bytes) = (entry.Lease.Phase, entry.Lease.Bytes);
        _leases.Change(entry, lease, yielding);
        if (phase != lease.Phase || !bytes.Equals(lease.Bytes)) _changes.Add(ChargeOf(lease));
    }

    private static Charge ChargeOf(Lease lease) => new(lease.Model.Value, lease.Phase switch
    {
        LeasePhase.Build => ChargeKind.Build,
        LeasePhase.Load => ChargeKind.Load,
        _ => ChargeKind.Resident,
    }, lease.Bytes) { Lease = lease.Id };

    private static string Milliseconds(TimeSpan span) => $"{span.TotalMilliseconds:0} ms";
}
