using ActorPipeline.Inference;

namespace ActorPipeline.Memory;

/// <content>The life of a lease that was granted: loaded under, grown, let go of, verified, or stuck.</content>
internal sealed partial class MemoryLedger
{
    /// <summary>A load is over: its lease shrinks to what stays, as measured where it was alone, and what its lanes may need.</summary>
    public IReadOnlyList<LedgerEffect> ConfirmResident(LeaseId id, LoadMeasurement? measured, TimeSpan now)
    {
        if (_leases[id] is not { Lease.Phase: LeasePhase.Load } entry) return Settle(now);
        var granted = entry.Lease.Bytes;
        // What the first load of a process takes is libraries and compiled code as well.
        if (entry.Sole && _warm) entry.Measured = measured;
        _warm = true;
        Change(entry, entry.Lease with { Phase = LeasePhase.Resident, Bytes = ResidentBytes(entry, entry.Measured) });
        if (!entry.Lease.Bytes.FitsIn(granted)) Outgrew(entry, granted);
        entry.TurnStart = now;
        entry.Use.Loaded(now - entry.GrantedAt, now);
        if (entry.SwapStart is { } start)
        {
            LastSwap = now - start;
            _longestSwap = LastSwap.Value > _longestSwap * SwapFades ? LastSwap.Value : _longestSwap * SwapFades;
        }
        return Settle(now);
    }

    /// <summary>A lease is to stay from now on, or to yield as others do. One that was asked to yield goes all the same.</summary>
    public IReadOnlyList<LedgerEffect> Pin(LeaseId id, bool pinned, TimeSpan now)
    {
        if (_leases[id] is { } entry)
        {
            if (pinned) _lessSince = now;
            _leases.Pin(entry, pinned);
        }
        return Settle(now);
    }

    /// <summary>Lets a lease cover more, at once or not at all.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryGrow(LeaseId id, PoolVector more, TimeSpan now)
    {
        if (_leases[id] is not { Lease.Phase: LeasePhase.Load or LeasePhase.Resident or LeasePhase.Build } entry || entry.Yielding) return false;
        if (_silent.Count > 0 || !(Charged + more).FitsIn(Budget)) return false;
        Change(entry, entry.Lease with { Bytes = entry.Lease.Bytes + more });
        return true;
    }

    /// <summary>A holder has let go, or has died: the bytes stay charged until <see cref="Verified"/>.</summary>
    public IReadOnlyList<LedgerEffect> Release(LeaseId id, TimeSpan now, TurnMeasurement? measured = null)
    {
        if (_leases[id] is { Lease.Phase: LeasePhase.Build or LeasePhase.Load or LeasePhase.Resident } entry)
        {
            if (entry.Measured is { } load) _effects.Add(new LedgerEffect.Learn(entry.Lease.Model, entry.Variant.Name, entry.Granted, load, entry.Sole ? measured : null) { Batch = entry.Variant.Footprint.Batch });
            Change(entry, entry.Lease with { Phase = LeasePhase.Releasing });
            _effects.Add(new LedgerEffect.Verify(entry.Lease));
        }
        return Settle(now);
    }

    /// <summary>The memory of a released lease is back.</summary>
    public IReadOnlyList<LedgerEffect> Verified(LeaseId id, TimeSpan now)
    {
        if (_leases[id] is { Lease.Phase: LeasePhase.Releasing } entry)
        {
            _leases.Remove(entry);
            _changes.Add(ChargeOf(entry.Lease) with { Bytes = PoolVector.Zero });
            if (_shared.Leave(entry) is { } weights) Set(ChargeKind.Shared, weights, PoolVector.Zero);
            _effects.Add(new LedgerEffect.End(entry.Lease));
        }
        return Settle(now);
    }

    /// <summary>A native call under this lease never came back.</summary>
    public IReadOnlyList<LedgerEffect> MarkStuck(LeaseId id, TimeSpan now)
    {
        if (_leases[id] is { Stuck: false } entry)
        {
            Change(entry, entry.Lease with { Phase = LeasePhase.Stuck });
            _effects.Add(new LedgerEffect.Stuck(entry.Lease));
        }
        return Settle(now);
    }

    /// <summary>It is charged the truth, now and whenever it is loaded again: one that is larger than the budget is denied then, not loaded again and again.</summary>
    private void Outgrew(LeaseEntry entry, PoolVector granted)
    {
        entry.Use.Outgrew(entry.Variant.Name, entry.Lease.Bytes);
        _effects.Add(new LedgerEffect.Outgrew(entry.Lease, granted));
    }

    /// <summary>What stays of a lease once its model is loaded. A difference within the dead band is noise of the gauges and no growth; mapped weights they do not see.</summary>
    private PoolVector ResidentBytes(LeaseEntry entry, LoadMeasurement? seen)
    {
        var promised = PoolVector.Min(entry.Lease.Bytes, PoolVector.Max(entry.Variant.Footprint.ResidentLease(lanes), entry.Use.Outgrown(entry.Variant.Name)));
        if (seen is not { } measured) return promised;
        var (granted, truth) = (entry.Lease.Bytes[MemoryPool.Host], measured.Resident + entry.Mapped + entry.Variant.Footprint.Unseen + (entry.Variant.Footprint.Run[MemoryPool.Host] * lanes));
        var host = truth > granted && truth <= granted + settings.DeadBand ? granted : truth;
        return promised + PoolVector.OfHost(host - promised[MemoryPool.Host]);
    }
}
