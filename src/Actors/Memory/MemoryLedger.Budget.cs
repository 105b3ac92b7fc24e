namespace ActorPipeline.Memory;

/// <content>What may be charged: as configured, and what the machine leaves of it. Both change while leases are held.</content>
internal sealed partial class MemoryLedger
{
    /// <summary>What the machine leaves, as it was last said.</summary>
    private PoolVector _left = budget;
    private TimeSpan? _loweredAt;
    private TimeSpan? _lessSince;

    /// <summary>What may be charged at most.</summary>
    public PoolVector Configured { get; private set; } = budget;

    /// <summary>What may be charged now: what the machine leaves of it.</summary>
    public PoolVector Budget { get; private set; } = budget;

    /// <summary>Whether the machine is so short of memory that turns protect nobody.</summary>
    public bool Critical { get; private set; }

    /// <summary>Whether more is charged than may be: the budget was lowered, or the truth was more than was granted.</summary>
    public bool Exceeded => !Charged.FitsIn(Budget);

    /// <summary>Until when more may be charged than the budget allows, because it was lowered and holders have so long to yield; null for no grace.</summary>
    public TimeSpan? GraceUntil => Exceeded && _loweredAt is { } at ? at + settings.YieldBound : null;

    /// <summary>What the machine leaves of the configured budget has changed.</summary>
    /// <param name="effective">Never more than is configured counts.</param>
    /// <param name="critical">Whether turns protect nobody.</param>
    /// <param name="now">The present.</param>
    public IReadOnlyList<LedgerEffect> SetBudget(PoolVector effective, bool critical, TimeSpan now)
    {
        (_left, Critical) = (effective, critical);
        return Limit(now);
    }

    /// <summary>
    /// Another budget is configured. Lowered, it holds at once: whoever is beyond it yields. Raised, it is no more than what the machine was
    /// last said to leave, until that is said anew.
    /// </summary>
    /// <param name="configured">Pool by pool.</param>
    /// <param name="now">The present.</param>
    public IReadOnlyList<LedgerEffect> Configure(PoolVector configured, TimeSpan now)
    {
        if (!Configured.FitsIn(configured)) _lessSince = now;
        Configured = configured;
        return Limit(now);
    }

    private IReadOnlyList<LedgerEffect> Limit(TimeSpan now)
    {
        var limit = PoolVector.Min(Configured, _left);
        if (!Budget.FitsIn(limit)) _loweredAt = now;
        else if (Charged.FitsIn(limit)) _loweredAt = null;
        Budget = limit;
        return Settle(now);
    }

    /// <summary>
    /// Whether requests may still come that were made for a larger budget, or before a lease was pinned: what was estimated is cut to the
    /// budget, and those that ask are only just told of the new one. They are to ask again, not to give up.
    /// </summary>
    private bool IsNews(TimeSpan now) => _lessSince is { } at && now >= at && now - at < RetryAfter;
}
