using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Plays all holders and the monitor against a ledger, keeps books of its own, and checks the invariants after every event.</summary>
internal sealed class MemoryLedgerDriver
{
    private enum Fate
    {
        Waiting,
        Granted,
        Denied,
        Withdrawn,
    }

    private sealed class Held(Lease lease)
    {
        public Lease Lease { get; } = lease;
        public LeasePhase Phase { get; set; } = LeasePhase.Load;
        public bool Yielded { get; set; }
        public bool Ended { get; set; }
    }

    private const int Lanes = 2;
    private static readonly MemoryPool Device = MemoryPool.Device(0);
    private static readonly PoolVector Budget = PoolVector.OfHost(Bytes.MiB(100)) + PoolVector.Of(Device, Bytes.MiB(50));

    // Small and large, one or two pools, a first variant that never fits, and one that never fits at all.
    private static readonly LeaseVariant[][] Models =
    [
        [Variant(40, 30, 2)],
        [Variant(60, 50, 3)],
        [Variant(20, 15, 1, device: 30), Variant(45, 40, 1)],
        [Variant(300, 300, 0), Variant(30, 25, 1)],
        [Variant(10, 10, 0, device: 45)],
        [Variant(200, 200, 0), Variant(120, 120, 0)],
    ];

    private readonly MemoryLedger _ledger = new(
        Budget, Lanes, new MemorySettings { FirstQuantum = TimeSpan.FromMilliseconds(200), QuantumSwaps = 3 }, new LeastRecentlyUsed());
    private readonly Dictionary<RequestId, (RequestLease Request, Fate Fate)> _requests = [];
    private readonly Dictionary<LeaseId, Held> _leases = [];
    private readonly Dictionary<string, PoolVector> _pools = [];
    private TimeSpan _now;

    /// <summary>One event, chosen by three numbers; events that make no sense at the moment are tried as well.</summary>
    public void Play(byte what, byte which, byte how)
    {
        _now += TimeSpan.FromMilliseconds(how % 50);
        switch (what % 12)
        {
            case 0 or 1: AskAnew(which, how); break;
            case 2: if (Pick(_requests.Values, which) is { Request: { } again }) Check(_ledger.Request(again, _now)); break;
            case 3: if (Pick(_leases.Values, which) is { } loaded) Confirm(loaded); break;
            case 4: Check(_ledger.ReportDemand(new ReportDemand(new ModelId($"m{which % Models.Length}"), how % 3, 0, 0), _now)); break;
            case 5 or 6: if (Pick(_leases.Values, which) is { } released) Release(released); break;
            case 7: if (Pick(_leases.Values, which) is { } verified) Verify(verified); break;
            case 8: if (Pick(_requests.Keys, which) is { Number: > 0 } withdrawn) Check(_ledger.Withdraw(withdrawn, _now)); break;
            case 9: if (how < 40 && Pick(_leases.Values, which) is { } stuck) GetStuck(stuck); break;
            case 10: ChargeOrFree($"p{which % 3}", how); break;
            case 11: Check(_ledger.Wake(_now)); break;
        }
    }

    /// <summary>Nothing new comes and everybody does what is asked: then nobody may wait for ever.</summary>
    public void DriveToTheEnd()
    {
        Check(_ledger.Wake(_now));
        for (var rounds = 0; _ledger.PendingCount > 0; rounds++)
        {
            Assert.True(rounds < 1000, "somebody waits for ever");
            var acted = false;
            foreach (var held in _leases.Values.Where(h => !h.Ended).ToArray())
            {
                acted |= held.Phase is LeasePhase.Load or LeasePhase.Releasing || (held.Phase == LeasePhase.Resident && held.Yielded);
                if (held.Phase == LeasePhase.Releasing) Verify(held);
                else if (held.Phase == LeasePhase.Load) Confirm(held);
                else if (held.Yielded) Release(held);
            }
            if (acted) continue;
            Assert.True(_ledger.NextWake is not null, "requests wait, nobody is asked to yield, and no turn ends");
            _now = _ledger.NextWake!.Value > _now ? _ledger.NextWake.Value : _now;
            Check(_ledger.Wake(_now));
        }
        Assert.DoesNotContain(_requests.Values, r => r.Fate == Fate.Waiting);
    }

    private void AskAnew(byte which, byte how)
    {
        var model = which % Models.Length;
        var request = new RequestLease(new RequestId(how % 2, _requests.Count + 1), new ModelId($"m{model}"), Models[model], how % 3 == 0 ? 1 : 0);
        _requests.Add(request.Request, (request, Fate.Waiting));
        Check(_ledger.Request(request, _now));
    }

    private void Confirm(Held held)
    {
        if (held.Phase == LeasePhase.Load) held.Phase = LeasePhase.Resident;
        Check(_ledger.ConfirmResident(held.Lease.Id, _now));
    }

    private void Release(Held held)
    {
        var first = !held.Ended && held.Phase is LeasePhase.Load or LeasePhase.Resident;
        if (first) held.Phase = LeasePhase.Releasing;
        var effects = _ledger.Release(held.Lease.Id, _now);
        Assert.Equal(first ? 1 : 0, effects.Count(e => e is LedgerEffect.Verify v && v.Lease.Id == held.Lease.Id));
        Check(effects);
    }

    private void Verify(Held held)
    {
        var over = !held.Ended && held.Phase == LeasePhase.Releasing;
        held.Ended |= over;
        var effects = _ledger.Verified(held.Lease.Id, _now);
        Assert.Equal(over ? 1 : 0, effects.Count(e => e is LedgerEffect.End end && end.Lease.Id == held.Lease.Id));
        Check(effects);
    }

    private void GetStuck(Held held)
    {
        if (held.Ended) return;
        held.Phase = LeasePhase.Stuck;
        Check(_ledger.MarkStuck(held.Lease.Id, _now));
    }

    private void ChargeOrFree(string account, byte how)
    {
        if (how % 3 == 0)
        {
            _pools.Remove(account);
            Check(_ledger.ReleasePool(account, _now));
            return;
        }
        var bytes = PoolVector.OfHost(Bytes.MiB(how % 40));
        if (_ledger.TryChargePool(account, bytes)) _pools[account] = bytes;
        Check(_ledger.Wake(_now));
    }

    private void Check(IReadOnlyList<LedgerEffect> effects)
    {
        foreach (var effect in effects) Enter(effect);
        var held = _leases.Values.Where(h => !h.Ended).Aggregate(PoolVector.Zero, (sum, h) => sum + h.Lease.Bytes);
        var pools = _pools.Values.Aggregate(PoolVector.Zero, (sum, p) => sum + p);
        Assert.True(_ledger.Charged.FitsIn(_ledger.Budget), $"charged {_ledger.Charged} of {_ledger.Budget}");
        Assert.Equal(held + pools, _ledger.Charged);
        Assert.Equal(_ledger.Charges.Aggregate(PoolVector.Zero, (sum, c) => sum + c.Bytes), _ledger.Charged);
        Assert.Equal(_requests.Values.Count(r => r.Fate == Fate.Waiting), _ledger.PendingCount);
    }

    private void Enter(LedgerEffect effect)
    {
        switch (effect)
        {
            case LedgerEffect.Grant(var request, var lease):
                End(request, Fate.Granted);
                _leases.Add(lease.Id, new Held(lease));
                break;
            case LedgerEffect.Deny(var request, _, _):
                End(request.Request, Fate.Denied);
                break;
            case LedgerEffect.Withdrawn(var request):
                End(request, Fate.Withdrawn);
                break;
            case LedgerEffect.Queue(var request):
                Assert.Equal(Fate.Waiting, _requests[request].Fate);
                break;
            case LedgerEffect.Yield(var lease, _):
                var held = _leases[lease.Id];
                Assert.True(held is { Phase: LeasePhase.Resident, Yielded: false, Ended: false }, "only a loaded model yields, and is asked once");
                held.Yielded = true;
                break;
        }
    }

    /// <summary>Every request has one end.</summary>
    private void End(RequestId request, Fate fate)
    {
        Assert.Equal(Fate.Waiting, _requests[request].Fate);
        _requests[request] = (_requests[request].Request, fate);
    }

    private static T? Pick<T>(IReadOnlyCollection<T> from, byte which) => from.Count == 0 ? default : from.ElementAt(which % from.Count);

    private static LeaseVariant Variant(double load, double resident, double run, double device = 0) => new(
        $"{load}", new Footprint(
            PoolVector.OfHost(Bytes.MiB(load)), PoolVector.OfHost(Bytes.MiB(resident)) + PoolVector.Of(Device, Bytes.MiB(device)),
            PoolVector.OfHost(Bytes.MiB(run)), FootprintSource.Declared));
}
