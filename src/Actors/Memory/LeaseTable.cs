namespace ActorPipeline.Memory;

/// <summary>A lease that is charged, with what the ledger decides by.</summary>
internal sealed class LeaseEntry(Lease lease, LeaseVariant variant, ModelUse use, TimeSpan grantedAt)
{
    /// <summary>The lease; changed by <see cref="LeaseTable.Change"/> alone.</summary>
    public Lease Lease { get; set; } = lease;

    /// <summary>Whether the holder was asked to yield; changed by <see cref="LeaseTable.Change"/> alone.</summary>
    public bool Yielding { get; set; }

    /// <summary>The variant it was granted for.</summary>
    public LeaseVariant Variant { get; } = variant;

    /// <summary>What of its bytes lies in pages of files.</summary>
    public Bytes Mapped => Variant.Mapped;

    /// <summary>What is known of its model.</summary>
    public ModelUse Use { get; } = use;

    /// <summary>What it covered when it was granted.</summary>
    public PoolVector Granted { get; } = lease.Bytes;

    /// <summary>When it was granted.</summary>
    public TimeSpan GrantedAt { get; } = grantedAt;

    /// <summary>When the swap that made room for it began; null where there was room.</summary>
    public TimeSpan? SwapStart { get; init; }

    /// <summary>Whether it is to stay in memory; changed by <see cref="LeaseTable.Pin"/> alone.</summary>
    public bool Pinned { get; set; }

    /// <summary>Since when it is resident.</summary>
    public TimeSpan TurnStart { get; set; } = grantedAt;

    /// <summary>Whether no other lease was charged since it was granted: only then is what the process grew by its own.</summary>
    public bool Sole { get; set; }

    /// <summary>What its load was measured to take; null where it was not measured alone.</summary>
    public Inference.LoadMeasurement? Measured { get; set; }

    /// <summary>Its place in the table.</summary>
    public int Index { get; set; }

    /// <summary>Whether its bytes will come free without anybody being asked.</summary>
    public bool Leaving => Lease.Phase == LeasePhase.Releasing || (Yielding && Lease.Phase != LeasePhase.Stuck);

    /// <summary>Whether its bytes are charged for as long as the process lives.</summary>
    public bool Stuck => Lease.Phase == LeasePhase.Stuck;
}

/// <summary>All leases that are charged. Pure; sums are kept, not recounted.</summary>
internal sealed class LeaseTable
{
    private readonly Dictionary<LeaseId, LeaseEntry> _byId = [];
    private readonly List<LeaseEntry> _all = [];

    /// <summary>Bytes of all leases.</summary>
    public PoolVector Held { get; private set; } = PoolVector.Zero;

    /// <summary>Bytes that will come free without anybody being asked.</summary>
    public PoolVector Leaving { get; private set; } = PoolVector.Zero;

    /// <summary>Bytes that never come free.</summary>
    public PoolVector Stuck { get; private set; } = PoolVector.Zero;

    /// <summary>Bytes of leases that are to stay.</summary>
    public PoolVector Pinned { get; private set; } = PoolVector.Zero;

    /// <summary>What of <see cref="Held"/> lies in pages of files.</summary>
    public Bytes Mapped { get; private set; }

    /// <summary>How many.</summary>
    public int Count => _all.Count;

    /// <summary>All of them, in no order.</summary>
    public List<LeaseEntry> All => _all;

    /// <summary>One of them; null where it is over or was never granted.</summary>
    public LeaseEntry? this[LeaseId id] => _byId.GetValueOrDefault(id);

    /// <summary>Adds a lease.</summary>
    public void Add(LeaseEntry entry)
    {
        entry.Index = _all.Count;
        _byId.Add(entry.Lease.Id, entry);
        _all.Add(entry);
        Mapped += entry.Mapped;
        Weigh(entry, 1);
    }

    /// <summary>Takes a lease out.</summary>
    public void Remove(LeaseEntry entry)
    {
        Mapped -= entry.Mapped;
        Weigh(entry, -1);
        _byId.Remove(entry.Lease.Id);
        var last = _all[^1];
        _all[entry.Index] = last;
        last.Index = entry.Index;
        _all.RemoveAt(_all.Count - 1);
    }

    /// <summary>Changes a lease.</summary>
    public void Change(LeaseEntry entry, Lease lease, bool? yielding = null)
    {
        Weigh(entry, -1);
        entry.Lease = lease;
        entry.Yielding = yielding ?? entry.Yielding;
        Weigh(entry, 1);
    }

    /// <summary>Says whether a lease is to stay.</summary>
    public void Pin(LeaseEntry entry, bool pinned)
    {
        Weigh(entry, -1);
        entry.Pinned = pinned;
        Weigh(entry, 1);
    }

    private void Weigh(LeaseEntry entry, int sign)
    {
        Held = Sum(Held, entry.Lease.Bytes, sign);
        if (entry.Leaving) Leaving = Sum(Leaving, entry.Lease.Bytes, sign);
        else if (entry.Stuck) Stuck = Sum(Stuck, entry.Lease.Bytes, sign);
        else if (entry.Pinned) Pinned = Sum(Pinned, entry.Lease.Bytes, sign);
    }

    private static PoolVector Sum(PoolVector sum, PoolVector bytes, int sign) => sign > 0 ? sum + bytes : sum - bytes;
}
