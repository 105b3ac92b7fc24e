using System.Runtime.InteropServices;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <content>Who is granted, who is denied, and who yields.</content>
internal sealed partial class MemoryLedger
{
    /// <summary>So many requests behind the first are looked at for one that fits beside it.</summary>
    private const int Lookahead = 8;

    private readonly List<PendingRequest> _behind = new(Lookahead + 1);
    private readonly List<Residency> _candidates = [];
    private readonly List<LeaseId> _victims = [];
    /// <summary>What could be free at most, with every lease gone that can go, when hope was last looked at.</summary>
    private PoolVector _room = PoolVector.Zero;

    private IReadOnlyList<LedgerEffect> Settle(TimeSpan now)
    {
        NextWake = null;
        DenyHopeless(now);
        // What an earlier incarnation granted has to be known before anything is.
        if (_silent.Count == 0)
        {
            if (Exceeded) RestoreBudget(now);
            else Serve(now);
            DenyHopeless(now);
        }
        if (_effects.Count == 0) return [];
        var effects = _effects.ToArray();
        _effects.Clear();
        return effects;
    }

    /// <summary>
    /// Serves the queue from its head. One behind it may take what is free while the head is not due; after that only where the head waits no longer for it. So room is not left lying, and nobody starves.
    /// </summary>
    private void Serve(TimeSpan now)
    {
        while (_queue.Head is { } head)
        {
            if (TryGrant(head, now)) continue;
            var need = FirstThatCanFit(head);
            MakeRoom(head, need, now);
            _queue.Behind(Lookahead, _behind);
            var mayOvertake = head.Due > now;
            if (mayOvertake && (NextWake is null || head.Due < NextWake)) NextWake = head.Due;
            foreach (var pending in _behind)
                if (!mayOvertake || !TryGrant(pending, now)) TryGrantBeside(pending, need, now);
            return;
        }
    }

    private bool TryGrant(PendingRequest pending, TimeSpan now)
    {
        for (var i = 0; i < pending.Needs.Length; i++)
        {
            if (!(Charged + NeedOf(pending, i)).FitsIn(Budget)) continue;
            Grant(pending, i, now);
            return true;
        }
        return false;
    }

    /// <summary>Grants where the head, once what leaves has left, does not lack more for it in any pool.</summary>
    private void TryGrantBeside(PendingRequest pending, PoolVector head, TimeSpan now)
    {
        for (var i = 0; i < pending.Needs.Length; i++)
        {
            var need = NeedOf(pending, i);
            var charged = Charged;
            if (!(charged + need).FitsIn(Budget) || (charged - Leaving + head + need - Budget).Helps(need)) continue;
            Grant(pending, i, now);
            return;
        }
    }

    private void Grant(PendingRequest pending, int index, TimeSpan now)
    {
        var (request, variant) = (pending.Request, pending.Request.Variants[index]);
        _queue.Remove(request.Request);
        if (variant.Fixed is { } provider && _accounts[ChargeKind.Fixed, provider.Account].Equals(PoolVector.Zero)) Set(ChargeKind.Fixed, provider.Account, provider.Bytes);
        var lease = new Lease(new LeaseId(epoch, ++_lastNumber), request.Model, variant.Name, request.Phase, pending.Needs[index]);
        Add(new LeaseEntry(lease, variant, Use(request.Model), now) { SwapStart = pending.SwapStart, Pinned = request.Pinned, Sole = _leases.Count == 0 });
        _effects.Add(new LedgerEffect.Grant(request.Request, lease));
    }

    private void Add(LeaseEntry entry)
    {
        if (_leases.Count == 1) _leases.All[0].Sole = false;
        _leases.Add(entry);
        _changes.Add(ChargeOf(entry.Lease));
        if (entry.Variant.Shared is not { } weights) return;
        _shared.Join(entry);
        Set(ChargeKind.Shared, weights.Account, weights.Bytes);
    }

    /// <summary>What a variant needs now: its own bytes, and what it shares with others where nobody has paid for that yet.</summary>
    private PoolVector NeedOf(PendingRequest pending, int index)
    {
        var variant = pending.Request.Variants[index];
        return pending.Needs[index] + Unpaid(ChargeKind.Fixed, variant.Fixed) + Unpaid(ChargeKind.Shared, variant.Shared);
    }

    private PoolVector Unpaid(ChargeKind kind, CommonBytes? common) =>
        common is null || !_accounts[kind, common.Account].Equals(PoolVector.Zero) ? PoolVector.Zero : common.Bytes;

    /// <summary>What the first variant needs that fits once all is gone that can go.</summary>
    private PoolVector FirstThatCanFit(PendingRequest pending)
    {
        var stays = Kept + Lost;
        for (var i = 0; i < pending.Needs.Length; i++)
            if ((stays + NeedAlone(pending, i)).FitsIn(Budget)) return NeedOf(pending, i);
        return NeedOf(pending, 0);
    }

    private void MakeRoom(PendingRequest pending, PoolVector need, TimeSpan now)
    {
        var missing = PoolVector.Max(PoolVector.Zero, Charged - Leaving + need - Budget);
        if (missing.Equals(PoolVector.Zero)) return;
        _candidates.Clear();
        foreach (var entry in _leases.All)
        {
            if (Spared(entry, pending.Guest, now, out var until) is null) _candidates.Add(Seen(entry));
            else if (until is { } end && (NextWake is null || end < NextWake)) NextWake = end;
        }
        _victims.Clear();
        if (!TryChoose(missing, now)) return;
        if (!Critical && TurnPolicy.SwapAt(pending.Since, ReloadOfVictims(), OthersWork(), now) is var at && at > now)
        {
            if (NextWake is null || at < NextWake) NextWake = at;
            return;
        }
        pending.SwapStart ??= now;
        AskVictims($"{pending.Request.Model} waits for {need}", Decision(pending.Request.Model, need, pending.Guest, now));
    }

    private TimeSpan ReloadOfVictims()
    {
        var sum = TimeSpan.Zero;
        foreach (var victim in _victims) sum += _leases[victim]!.Use.ReloadTime;
        return sum;
    }

    /// <summary>Whether a model that is neither a victim nor leaving loads or has work.</summary>
    private bool OthersWork()
    {
        foreach (var entry in _leases.All)
        {
            if (entry.Lease.Phase == LeasePhase.Load) return true;
            if (entry.Lease.Phase == LeasePhase.Resident && !entry.Yielding && entry.Use.Wanted && !_victims.Contains(entry.Lease.Id)) return true;
        }
        return false;
    }

    /// <summary>What comes free without anybody being asked.</summary>
    private PoolVector Leaving => _leases.Leaving + _shared.Leaving;

    private Residency Seen(LeaseEntry entry)
    {
        var seen = entry.Use.Seen(entry.Lease);
        return entry.Variant.Shared is null ? seen : seen with { Bytes = seen.Bytes + _shared.FreedWith(entry) };
    }

    private bool TryChoose(PoolVector missing, TimeSpan now)
    {
        if (policy.TryChoose(missing, CollectionsMarshal.AsSpan(_candidates), now, _victims)) return true;
        // Weights that several share come free only with the last of them, which no candidate shows by itself: then all go who may.
        if (_shared.IsEmpty) return false;
        var entries = _candidates.Select(c => _leases[c.Lease]!).ToHashSet();
        var freed = entries.Aggregate(_shared.FreedWith(entries), (sum, e) => sum + e.Lease.Bytes);
        if (!missing.FitsIn(freed)) return false;
        foreach (var candidate in _candidates) _victims.Add(candidate.Lease);
        return true;
    }

    /// <summary>Why a lease is not to be asked for the sake of another; null where it may be.</summary>
    private string? Spared(LeaseEntry entry, bool guest, TimeSpan now, out TimeSpan? until)
    {
        until = null;
        if (entry.Lease.Phase != LeasePhase.Resident) return entry.Lease.Phase.ToString().ToLowerInvariant();
        if (entry.Yielding) return "yields already";
        if (entry.Pinned) return "pinned";
        // Who only has neighbours to please goes for this node's own work at once; and for theirs nobody goes who has work of its own.
        if (guest && entry.Use.WantedHere) return "wanted here";
        if (Critical || !entry.Use.Wanted || (!guest && entry.Use.WantedByGuests)) return null;
        var end = entry.TurnStart + Quantum;
        if (now >= end) return null;
        until = end;
        return "its turn lasts";
    }

    /// <summary>More is charged than may be: whoever can yields now, turn or no turn; models that load, and pinned ones, where nothing else suffices.</summary>
    private void RestoreBudget(TimeSpan now)
    {
        var missing = PoolVector.Max(PoolVector.Zero, Charged - Leaving - Budget);
        if (missing.Equals(PoolVector.Zero)) return;
        _candidates.Clear();
        _victims.Clear();
        for (var resort = 0; resort < 3 && _victims.Count == 0; resort++)
        {
            foreach (var entry in _leases.All)
                if (ResortFor(entry) == resort) _candidates.Add(Seen(entry));
            TryChoose(missing, now);
        }
        if (_victims.Count == 0) foreach (var candidate in _candidates) _victims.Add(candidate.Lease);
        AskVictims($"the budget is {Budget} now, and {Charged} are charged", Decision(null, missing, guest: false, now));
    }

    /// <summary>How late a lease is asked where a budget is exceeded: 0 first, 2 last, -1 not at all. What a worker does cannot be half undone.</summary>
    private static int ResortFor(LeaseEntry entry) =>
        entry.Yielding || entry.Lease.Phase is not (LeasePhase.Resident or LeasePhase.Load) ? -1
        : entry.Pinned ? 2
        : entry.Lease.Phase == LeasePhase.Load ? 1 : 0;

    private void AskVictims(string reason, LeaseDecision? decision)
    {
        foreach (var victim in _victims)
        {
            var entry = _leases[victim]!;
            Change(entry, entry.Lease, yielding: true);
            _effects.Add(new LedgerEffect.Yield(entry.Lease, reason) { Decision = decision });
        }
    }
}
