using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>
/// Plays all holders, the monitor, the machine and the root against a ledger, keeps books of its own, and checks the invariants after
/// every event: what is granted fits, what is charged is what is held, and every request has one end.
/// </summary>
internal sealed class MemoryLedgerDriver
{
    /// <summary>A model's actor, as far as the ledger can tell.</summary>
    private sealed class Holder(ModelId id, LeaseVariant[] variants, bool pinned)
    {
        public ModelId Id { get; } = id;
        public LeaseVariant[] Variants { get; } = variants;
        public bool Pinned { get; set; } = pinned;
        public RequestLease? Waits { get; set; }
        public Lease? Lease { get; set; }
        public LeasePhase Phase { get; set; }
        public bool Yielding { get; set; }

        public LeaseVariant Variant => Variants.First(v => v.Name == Lease!.Variant);

        public HeldLease? Held => Lease is null ? null : new HeldLease(Lease with { Phase = Phase }, Variant, Yielding, Pinned);
    }

    private const int Lanes = 2;
    private static readonly MemoryPool Device = MemoryPool.Device(0);
    private static readonly PoolVector AtFirst = PoolVector.OfHost(Bytes.MiB(100)) + PoolVector.Of(Device, Bytes.MiB(50));
    private static readonly MemorySettings Settings = new()
    {
        FirstQuantum = TimeSpan.FromMilliseconds(200), QuantumSwaps = 3, DeadBand = Bytes.MiB(4), RiseAfter = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(1),
    };

    // Small and large, one or two pools, weights and a provider in common, a first variant that never fits, one that never fits at all, a pinned one.
    private readonly Holder[] _holders =
    [
        Model(0, false, Variant(40, 30, 2)),
        Model(1, false, Variant(60, 50, 3)),
        Model(2, false, Variant(20, 15, 1, device: 30) with { Fixed = new CommonBytes("cuda", PoolVector.OfHost(Bytes.MiB(12))) }, Variant(45, 40, 1)),
        Model(3, false, Variant(300, 300, 0), Variant(30, 25, 1)),
        Model(4, false, Variant(10, 10, 0, device: 45)),
        Model(5, false, Variant(200, 200, 0), Variant(120, 120, 0)),
        Model(6, false, Variant(12, 8, 1) with { Shared = new CommonBytes("backbone", PoolVector.OfHost(Bytes.MiB(20))) }),
        Model(7, false, Variant(14, 8, 1) with { Mapped = Bytes.MiB(3), Shared = new CommonBytes("backbone", PoolVector.OfHost(Bytes.MiB(20))) }),
        Model(8, true, Variant(15, 10, 1)),
        // Fits only while another pays for the weights, so never.
        Model(9, false, Variant(85, 80, 1) with { Shared = new CommonBytes("backbone", PoolVector.OfHost(Bytes.MiB(20))) }),
    ];

    private readonly Dictionary<RequestId, int> _ends = [];
    private readonly Dictionary<(ChargeKind, string), PoolVector> _accounts = [];
    private readonly HashSet<Holder> _silent = [];
    private readonly ChargeView _view = new();
    private PoolVector _configured = AtFirst;
    private MemoryLedger _ledger = new(AtFirst, Lanes, Settings, new LeastRecentlyUsed());
    private long _epoch = 1;
    private long _requests;
    private TimeSpan _now;

    /// <summary>One event, chosen by three numbers; events that make no sense at the moment are tried as well.</summary>
    public void Play(byte what, byte which, byte how)
    {
        _now += TimeSpan.FromMilliseconds(how % 50);
        var holder = _holders[which % _holders.Length];
        switch (what % 20)
        {
            case 0 or 1 or 2: Ask(holder, how); break;
            case 3: if (holder.Waits is { } again) Check(_ledger.Request(again, _now)); break;
            case 4 or 5: Confirm(holder, how % 3 == 0 ? null : Bytes.MiB(how % 64)); break;
            case 6: Check(_ledger.ReportDemand(new ReportDemand(holder.Id, how % 3, 0, how % 2) { OldestDeadline = how % 5 == 0 ? _now : null }, _now)); break;
            case 7 or 8: Release(holder); break;
            case 9: Verify(holder); break;
            case 10: if (holder.Waits is { } waits) Check(_ledger.Withdraw(waits.Request, _now)); break;
            case 11: if (how < 30) GetStuck(holder); break;
            case 12: ChargeOrFree($"p{which % 3}", how); break;
            case 13: Check(_ledger.SetBudget(how % 3 == 0 ? AtFirst : PoolVector.OfHost(Bytes.MiB(how % 100)) + PoolVector.Of(Device, Bytes.MiB(how % 50)), critical: how % 4 == 0, _now)); break;
            case 14: Account(ChargeKind.Debt, MemoryLedger.DebtAccount, PoolVector.OfHost(Bytes.MiB(how % 20)), _ledger.SetDebt(Bytes.MiB(how % 20), _now)); break;
            case 15: Grow(holder, PoolVector.OfHost(Bytes.MiB(how % 10))); break;
            case 16: if (how < 25) Restart(); break;
            case 17: Check(_ledger.Wake(_now)); break;
            case 19: Pin(holder, how % 3 == 0); break;
            case 18: Configure(how % 3 == 0 ? AtFirst : PoolVector.OfHost(Bytes.MiB(20 + (how % 120))) + PoolVector.Of(Device, Bytes.MiB(50))); break;
        }
        if (_silent.Count > 0 && how % 2 == 0) Report(_silent.ElementAt(which % _silent.Count), dead: how % 7 == 0);
    }

    /// <summary>The machine has memory again, nothing new comes and everybody does what is asked: then nobody may wait for ever.</summary>
    public void DriveToTheEnd()
    {
        foreach (var silent in _silent.ToArray()) Report(silent, dead: false);
        Account(ChargeKind.Debt, MemoryLedger.DebtAccount, PoolVector.Zero, _ledger.SetDebt(Bytes.Zero, _now));
        Configure(AtFirst);
        Check(_ledger.SetBudget(AtFirst, critical: false, _now));
        for (var rounds = 0; _ledger.PendingCount > 0; rounds++)
        {
            Assert.True(rounds < 1000, "somebody waits for ever");
            var acted = false;
            foreach (var holder in _holders.Where(h => h.Lease is not null))
            {
                acted |= holder.Phase is LeasePhase.Load or LeasePhase.Releasing || (holder.Phase == LeasePhase.Resident && holder.Yielding);
                if (holder.Phase == LeasePhase.Releasing) Verify(holder);
                else if (holder.Phase == LeasePhase.Load) Confirm(holder, null);
                else if (holder.Yielding) Release(holder);
            }
            if (acted) continue;
            Assert.True(_ledger.NextWake is not null, "requests wait, nobody is asked to yield, and no turn ends");
            _now = _ledger.NextWake!.Value > _now ? _ledger.NextWake.Value : _now;
            Check(_ledger.Wake(_now));
        }
        Assert.All(_ends.Values, ends => Assert.Equal(1, ends));
    }

    private void Configure(PoolVector configured)
    {
        _configured = configured;
        Check(_ledger.Configure(configured, _now));
    }

    /// <summary>Who holds is pinned at once; who only waits has it said with the next lease.</summary>
    private void Pin(Holder holder, bool pinned)
    {
        holder.Pinned = pinned;
        if (holder.Lease is { } lease) Check(_ledger.Pin(lease.Id, pinned, _now));
    }

    private void Ask(Holder holder, byte how)
    {
        // A holder asks for one lease at a time, and only who has heard of this incarnation can ask it.
        if (holder.Waits is not null || holder.Lease is not null || _silent.Contains(holder)) return;
        var request = NewRequest(holder, how);
        Check(_ledger.Request(request, _now));
    }

    private RequestLease NewRequest(Holder holder, byte how)
    {
        holder.Waits = new RequestLease(new RequestId(how % 2, ++_requests), holder.Id, holder.Variants, how % 3 == 0 ? 1 : 0)
        {
            Deadline = how % 5 == 0 ? _now + TimeSpan.FromMilliseconds(how) : null, Pinned = holder.Pinned,
        };
        _ends[holder.Waits.Request] = 0;
        return holder.Waits;
    }

    private void Confirm(Holder holder, Bytes? resident)
    {
        if (holder.Lease is null) return;
        if (holder.Phase == LeasePhase.Load) holder.Phase = LeasePhase.Resident;
        Check(_ledger.ConfirmResident(holder.Lease.Id, resident is { } bytes ? new LoadMeasurement(bytes, bytes) : null, _now));
    }

    private void Release(Holder holder)
    {
        if (holder.Lease is not { } lease) return;
        var first = holder.Phase is LeasePhase.Load or LeasePhase.Resident && !_silent.Contains(holder);
        if (holder.Phase is LeasePhase.Load or LeasePhase.Resident) holder.Phase = LeasePhase.Releasing;
        var effects = _ledger.Release(lease.Id, _now);
        Assert.Equal(first ? 1 : 0, effects.Count(e => e is LedgerEffect.Verify v && v.Lease.Id == lease.Id));
        Check(effects);
    }

    private void Verify(Holder holder)
    {
        if (holder.Lease is not { } lease) return;
        var over = holder.Phase == LeasePhase.Releasing && !_silent.Contains(holder);
        var effects = _ledger.Verified(lease.Id, _now);
        Assert.Equal(over ? 1 : 0, effects.Count(e => e is LedgerEffect.End end && end.Lease.Id == lease.Id));
        Check(effects);
    }

    private void GetStuck(Holder holder)
    {
        if (holder.Lease is null || _silent.Contains(holder)) return;
        holder.Phase = LeasePhase.Stuck;
        Check(_ledger.MarkStuck(holder.Lease.Id, _now));
    }

    private void Grow(Holder holder, PoolVector more)
    {
        if (holder.Lease is not { } lease) return;
        var charged = _ledger.Charged;
        if (!_ledger.TryGrow(lease.Id, more, _now)) return;
        Assert.Equal(charged + more, _ledger.Charged);
        Assert.True(_ledger.Charged.FitsIn(_ledger.Budget));
        Check([]);
    }

    private void ChargeOrFree(string account, byte how)
    {
        if (how % 3 == 0)
        {
            Account(ChargeKind.Pool, account, PoolVector.Zero, _ledger.ReleasePool(account, _now));
            return;
        }
        var bytes = PoolVector.OfHost(Bytes.MiB(how % 40));
        if (_ledger.TryChargePool(account, bytes)) Account(ChargeKind.Pool, account, bytes, _ledger.Wake(_now));
    }

    private void Account(ChargeKind kind, string account, PoolVector bytes, IReadOnlyList<LedgerEffect> effects)
    {
        _accounts[(kind, account)] = bytes;
        Check(effects);
    }

    /// <summary>The supervisor dies: what waited is forgotten, what was in flight is lost, and every model has to say what it holds.</summary>
    private void Restart()
    {
        _ledger.TakeChanges(change => { });
        foreach (var holder in _holders.Where(h => h.Waits is not null))
        {
            _ends.Remove(holder.Waits!.Request);
            holder.Waits = null;
        }
        _ledger = new MemoryLedger(_configured, Lanes, Settings, new LeastRecentlyUsed(), ++_epoch);
        foreach (var charge in _view.Charges.ToArray()) _view.Apply(charge with { Bytes = PoolVector.Zero });
        _silent.UnionWith(_holders);
        foreach (var ((kind, account), bytes) in _accounts) Check(_ledger.SetAccount(kind, account, bytes, _now));
        foreach (var holder in _holders) _ledger.Expect(holder.Id, holder.Variants[^1].Footprint);
        Check([]);
    }

    private void Report(Holder holder, bool dead)
    {
        _silent.Remove(holder);
        if (!dead)
        {
            var asks = holder.Lease is null && holder.Id.Value[^1] % 2 == 0;
            Check(_ledger.Adopt(new ReportLeases(_epoch, holder.Id, holder.Held, asks ? NewRequest(holder, 1) : null), _now));
            return;
        }
        // Its session is gone with it; the ledger verifies what it may have held under a lease of its own.
        (holder.Lease, holder.Yielding) = (null, false);
        var effects = _ledger.Gone(holder.Id, _now);
        var verify = Assert.Single(effects.OfType<LedgerEffect.Verify>(), v => v.Lease.Model == holder.Id);
        Check(effects);
        Check(_ledger.Verified(verify.Lease.Id, _now));
    }

    private void Check(IReadOnlyList<LedgerEffect> effects)
    {
        foreach (var effect in effects) Enter(effect);
        _ledger.TakeChanges(_view.Apply);
        if (effects.Any(e => e is LedgerEffect.Grant))
        {
            Assert.True(_ledger.Charged.FitsIn(_ledger.Budget), $"granted to {_ledger.Charged} of {_ledger.Budget}");
            Assert.Empty(_silent);
        }
        Assert.Equal(_configured, _ledger.Configured);
        Assert.True(_ledger.Budget.FitsIn(_configured), $"{_ledger.Budget} may be charged of {_configured}");
        var leases = _ledger.Leases.ToDictionary(l => l.Id);
        foreach (var holder in _holders.Where(h => h.Lease is not null && !_silent.Contains(h))) Assert.Equal(holder.Phase, leases[holder.Lease!.Id].Phase);
        Assert.Equal(Sum(_ledger.Charges.Select(c => c.Bytes)), _ledger.Charged);
        Assert.Equal(Sum(_view.Charges.Select(c => c.Bytes)), _ledger.Charged);
        Assert.Equal(_holders.Count(h => h.Waits is not null), _ledger.PendingCount);
        if (_ledger.Exceeded && _silent.Count == 0)
        {
            var asked = leases.Values.Where(l => l.Phase == LeasePhase.Releasing || _holders.Any(h => h.Lease?.Id == l.Id && h.Yielding && h.Phase != LeasePhase.Stuck)).ToArray();
            var canYield = leases.Values.Any(l => l.Phase is LeasePhase.Load or LeasePhase.Resident && !asked.Contains(l));
            // Weights in common come free with the last who shares them.
            var sharers = _holders.Where(h => h.Lease is not null && h.Variant.Shared is not null).ToArray();
            var weights = sharers.Length > 0 && sharers.All(h => asked.Any(l => l.Id == h.Lease!.Id)) ? sharers[0].Variant.Shared!.Bytes : PoolVector.Zero;
            Assert.True((_ledger.Charged - Sum(asked.Select(l => l.Bytes)) - weights).FitsIn(_ledger.Budget) || !canYield, "the budget is exceeded, and not all is asked to yield that would help");
        }
    }

    private void Enter(LedgerEffect effect)
    {
        switch (effect)
        {
            case LedgerEffect.Grant(var request, var lease):
                var granted = End(request);
                (granted.Lease, granted.Phase, granted.Yielding) = (lease, LeasePhase.Load, false);
                break;
            case LedgerEffect.Deny(var request, _, _, _): End(request.Request); break;
            case LedgerEffect.Withdrawn(var request): End(request); break;
            case LedgerEffect.Queue(var request): Assert.Contains(_holders, h => h.Waits?.Request == request); break;
            case LedgerEffect.Yield(var lease, _):
                var asked = _holders.Single(h => h.Lease?.Id == lease.Id);
                Assert.True(asked is { Phase: LeasePhase.Resident or LeasePhase.Load, Yielding: false }, "only who holds is asked to yield, and once");
                asked.Yielding = true;
                break;
            case LedgerEffect.End(var lease):
                foreach (var over in _holders.Where(h => h.Lease?.Id == lease.Id)) over.Lease = null;
                break;
        }
    }

    /// <summary>Every request has one end.</summary>
    private Holder End(RequestId request)
    {
        Assert.Equal(1, ++_ends[request]);
        var holder = _holders.Single(h => h.Waits?.Request == request);
        holder.Waits = null;
        return holder;
    }

    private static PoolVector Sum(IEnumerable<PoolVector> vectors) => vectors.Aggregate(PoolVector.Zero, (sum, v) => sum + v);

    private static Holder Model(int number, bool pinned, params LeaseVariant[] variants) => new(new ModelId($"m{number}"), variants, pinned);

    private static LeaseVariant Variant(double load, double resident, double run, double device = 0) => new(
        $"{load}", new Footprint(
            PoolVector.OfHost(Bytes.MiB(load)), PoolVector.OfHost(Bytes.MiB(resident)) + PoolVector.Of(Device, Bytes.MiB(device)),
            PoolVector.OfHost(Bytes.MiB(run)), FootprintSource.Declared));
}
