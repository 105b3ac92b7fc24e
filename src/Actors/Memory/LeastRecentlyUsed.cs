namespace ActorPipeline.Memory;

/// <summary>Idle models before busy ones, and of those the one that has been without work the longest.</summary>
public sealed class LeastRecentlyUsed : IEvictionPolicy
{
    /// <inheritdoc/>
    public IReadOnlyList<Residency> VictimsFor(PoolVector missing, IReadOnlyList<Residency> candidates)
    {
        var victims = new List<Residency>();
        var freed = PoolVector.Zero;
        foreach (var candidate in candidates.OrderBy(c => c.Demand > 0).ThenBy(c => c.LastUsed).ThenBy(c => c.Lease.Number))
        {
            if (missing.FitsIn(freed)) break;
            // One that frees nothing in the pools that are short would go for nothing.
            if (!missing.Any(m => m.Value > freed[m.Key] && candidate.Bytes[m.Key] > Bytes.Zero)) continue;
            victims.Add(candidate);
            freed += candidate.Bytes;
        }
        return missing.FitsIn(freed) ? victims : [];
    }
}
