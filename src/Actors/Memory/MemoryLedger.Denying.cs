using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <content>Who is told no: what can never fit, what does not fit at present, and what cannot be in time.</content>
internal sealed partial class MemoryLedger
{
    /// <summary>What stays charged by intention.</summary>
    private PoolVector Kept => _accounts[ChargeKind.Pool] + _accounts[ChargeKind.Fixed] + _leases.Pinned + _shared.Kept(stuck: false);

    /// <summary>What stays charged because it never comes back.</summary>
    private PoolVector Lost => _leases.Stuck + _accounts[ChargeKind.Debt] + _shared.Kept(stuck: true);

    /// <summary>What became hopeless is denied at once, not when its turn comes; looked for only where less can come free than before.</summary>
    private void DenyHopeless(TimeSpan now)
    {
        var room = Budget - Kept - Lost;
        var shrunk = !(_room - room).FitsIn(PoolVector.Zero);
        _room = room;
        if (!shrunk || _queue.Count == 0) return;
        foreach (var pending in _queue.All.ToArray()) DenyIfHopeless(pending, now);
    }

    /// <summary>Denies what would not fit even with every lease gone that can go.</summary>
    private bool DenyIfHopeless(PendingRequest pending, TimeSpan now)
    {
        var (keep, lost) = (Kept, Lost);
        if (Fits(pending, keep + lost, Budget)) return false;

        _queue.Remove(pending.Request.Request);
        var (model, least) = (pending.Request.Model, pending.Needs.MinBy(need => need.Total.Count)!);
        var beside = keep.Equals(PoolVector.Zero) ? "" : $" beside {keep} of buffers, fixed cost and pinned models";
        var deny =
            !Fits(pending, keep, Configured) && IsNews(now) ? new LedgerEffect.Deny(pending.Request, DenialReason.Pressure, $"model '{model}' asked for {least}, but the budget of {Configured} has just come to leave {Configured - keep}{beside}; it is to ask again", RetryAfter)
            : !Fits(pending, keep, Configured) ? new LedgerEffect.Deny(pending.Request, DenialReason.NeverFits, $"model '{model}' needs {least}, but the budget of {Configured} leaves {Configured - keep}{beside}")
            : !Fits(pending, keep + lost, Configured) ? new LedgerEffect.Deny(pending.Request, DenialReason.Recycle, $"model '{model}' needs {least}, but {lost} never came back; the process has to be started anew")
            : new LedgerEffect.Deny(pending.Request, DenialReason.Pressure, $"model '{model}' needs {least}, but the machine leaves {Budget} of the budget of {Configured} at present{beside}", RetryAfter);
        _effects.Add(deny with { Need = least });
        return true;
    }

    /// <summary>A lowered budget cannot rise before.</summary>
    private TimeSpan RetryAfter => settings.RiseAfter > TimeSpan.FromSeconds(1) ? settings.RiseAfter : TimeSpan.FromSeconds(1);

    private bool Fits(PendingRequest pending, PoolVector beside, PoolVector limit)
    {
        for (var i = 0; i < pending.Needs.Length; i++)
            if ((beside + NeedAlone(pending, i)).FitsIn(limit)) return true;
        return false;
    }

    /// <summary>What a variant needs once all is gone that can go: weights that another pays for now, and may take with it, are its own then.</summary>
    private PoolVector NeedAlone(PendingRequest pending, int index)
    {
        var variant = pending.Request.Variants[index];
        var need = pending.Needs[index] + Unpaid(ChargeKind.Fixed, variant.Fixed);
        return variant.Shared is { } weights && !_shared.Keeps(weights.Account) ? need + weights.Bytes : need;
    }

    /// <summary>
    /// Denies what cannot be in time even if it is served first: room takes as long as the last swap took. A deadline that has passed is no
    /// reason any more; work that is late is wanted all the same.
    /// </summary>
    private bool DenyIfLate(PendingRequest pending, TimeSpan now)
    {
        if (pending.Request.Deadline is not { } deadline || deadline <= now || LastSwap is not { } swap || now + swap <= deadline) return false;
        for (var i = 0; i < pending.Needs.Length; i++)
            if ((Charged + NeedOf(pending, i)).FitsIn(Budget)) return false;
        _queue.Remove(pending.Request.Request);
        _effects.Add(new LedgerEffect.Deny(
            pending.Request, DenialReason.Late, $"model '{pending.Request.Model}' cannot be loaded before its deadline: making room takes {Milliseconds(swap)}", swap)
        {
            Need = FirstThatCanFit(pending),
        });
        return true;
    }
}
