namespace ActorPipeline.Memory;

/// <summary>Who shares which weights: they are charged once, from the first lease that names them until the last one is over. Pure.</summary>
internal sealed class SharedWeights
{
    private readonly Dictionary<string, (PoolVector Bytes, HashSet<LeaseEntry> Sharers)> _sets = [];

    /// <summary>Weights that come free when all who were asked to go have gone.</summary>
    public PoolVector Leaving
    {
        get
        {
            var sum = PoolVector.Zero;
            foreach (var (bytes, sharers) in _sets.Values)
                if (AllLeave(sharers, except: null)) sum += bytes;
            return sum;
        }
    }

    /// <summary>Weights that some sharer keeps: one that is stuck or pinned.</summary>
    /// <param name="stuck">Whether those of stuck leases are meant, or else those of pinned ones alone.</param>
    public PoolVector Kept(bool stuck)
    {
        var sum = PoolVector.Zero;
        foreach (var (bytes, sharers) in _sets.Values)
            if (stuck == sharers.Any(s => s.Stuck) && sharers.Any(IsKeeper)) sum += bytes;
        return sum;
    }

    /// <summary>Whether some sharer keeps these weights.</summary>
    public bool Keeps(string account) => _sets.TryGetValue(account, out var set) && set.Sharers.Any(IsKeeper);

    /// <summary>Whether nothing is shared.</summary>
    public bool IsEmpty => _sets.Count == 0;

    /// <summary>A lease shares its variant's weights from now on.</summary>
    public void Join(LeaseEntry entry)
    {
        if (entry.Variant.Shared is not { } weights) return;
        if (!_sets.TryGetValue(weights.Account, out var set)) _sets.Add(weights.Account, set = (weights.Bytes, []));
        set.Sharers.Add(entry);
    }

    /// <summary>A lease is over.</summary>
    /// <returns>The account that ended with it; null where others share it still.</returns>
    public string? Leave(LeaseEntry entry)
    {
        if (entry.Variant.Shared is not { } weights || !_sets.TryGetValue(weights.Account, out var set)) return null;
        set.Sharers.Remove(entry);
        return set.Sharers.Count == 0 && _sets.Remove(weights.Account) ? weights.Account : null;
    }

    /// <summary>Weights that come free when this one goes as well.</summary>
    public PoolVector FreedWith(LeaseEntry entry) =>
        entry.Variant.Shared is { } weights && AllLeave(_sets[weights.Account].Sharers, except: entry) ? weights.Bytes : PoolVector.Zero;

    /// <summary>Weights that come free when all of these go as well, beyond those that come free anyway.</summary>
    public PoolVector FreedWith(HashSet<LeaseEntry> entries)
    {
        var sum = PoolVector.Zero;
        foreach (var (bytes, sharers) in _sets.Values)
            if (!AllLeave(sharers, except: null) && sharers.All(s => s.Leaving || entries.Contains(s))) sum += bytes;
        return sum;
    }

    private static bool IsKeeper(LeaseEntry sharer) => sharer.Stuck || (sharer.Pinned && !sharer.Leaving);

    private static bool AllLeave(HashSet<LeaseEntry> sharers, LeaseEntry? except)
    {
        foreach (var sharer in sharers)
            if (!sharer.Leaving && sharer != except) return false;
        return true;
    }
}
