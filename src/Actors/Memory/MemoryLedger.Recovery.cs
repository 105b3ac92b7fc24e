using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <content>How a new incarnation learns what an earlier one had granted. Until it knows, it grants nothing.</content>
internal sealed partial class MemoryLedger
{
    /// <summary>Models that have not yet said what they hold.</summary>
    public int SilentCount => _silent.Count;

    /// <summary>
    /// A model may hold a lease of an earlier incarnation: it is charged its largest footprint until it says so or is seen dead, all of
    /// them together no more than the budget, because no more was ever granted.
    /// </summary>
    public void Expect(ModelId model, Footprint largest)
    {
        Use(model);
        _silent[model] = largest.LoadLease(lanes);
        ChargeSilent();
    }

    /// <summary>A holder says what it holds, which replaces everything that was in flight. Reports to earlier incarnations are not meant for this one.</summary>
    public IReadOnlyList<LedgerEffect> Adopt(ReportLeases report, TimeSpan now)
    {
        if (report.Epoch != epoch) return Settle(now);
        _warm = true;
        if (_silent.Remove(report.Model))
        {
            Set(ChargeKind.Load, SilentAccount(report.Model), PoolVector.Zero);
            if (report.Held is { } held) Adopt(held, now);
            ChargeSilent();
        }
        // One that was away when it was asked holds nothing, but may wait by now.
        return report.Pending is { } request ? Request(request, now) : Settle(now);
    }

    /// <summary>A silent model is dead, and its session with it: what it may have held is verified and ended.</summary>
    public IReadOnlyList<LedgerEffect> Gone(ModelId model, TimeSpan now)
    {
        if (!_silent.Remove(model)) return Settle(now);
        var bytes = _accounts[ChargeKind.Load, SilentAccount(model)];
        Set(ChargeKind.Load, SilentAccount(model), PoolVector.Zero);
        var lease = new Lease(new LeaseId(epoch, ++_lastNumber), model, "", LeasePhase.Releasing, bytes);
        Add(new LeaseEntry(lease, new LeaseVariant("", new Footprint(bytes, bytes, PoolVector.Zero, FootprintSource.Estimated)), Use(model), now));
        _effects.Add(new LedgerEffect.Verify(lease));
        return Settle(now);
    }

    private void Adopt(HeldLease held, TimeSpan now)
    {
        var entry = new LeaseEntry(held.Lease, held.Variant, Use(held.Lease.Model), now) { Pinned = held.Pinned, Yielding = held.Yielding };
        // What it was measured to take may have been more than its own: then it is charged too much until it leaves, never too little.
        if (held.Measured is not null && !ResidentBytes(entry, held.Measured).FitsIn(held.Lease.Bytes)) entry.Measured = held.Measured;
        if (held.Lease.Phase == LeasePhase.Resident) entry.Lease = held.Lease with { Bytes = ResidentBytes(entry, entry.Measured) };
        var lease = entry.Lease;
        Add(entry);
        if (lease.Phase == LeasePhase.Releasing) _effects.Add(new LedgerEffect.Verify(lease));
        if (lease.Phase == LeasePhase.Stuck) _effects.Add(new LedgerEffect.Stuck(lease));
    }

    private void ChargeSilent()
    {
        foreach (var (model, largest) in _silent)
        {
            var others = Charged - _accounts[ChargeKind.Load, SilentAccount(model)];
            Set(ChargeKind.Load, SilentAccount(model), PoolVector.Max(PoolVector.Zero, PoolVector.Min(largest, Configured - others)));
        }
    }

    private static string SilentAccount(ModelId model) => $"{model} (silent)";
}
