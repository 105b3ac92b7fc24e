namespace ActorPipeline.Memory;

/// <summary>Idle models before busy ones, and of those the one that has been without work the longest.</summary>
public sealed class LeastRecentlyUsed : IEvictionPolicy
{
    /// <inheritdoc/>
    public bool TryChoose(PoolVector missing, ReadOnlySpan<Residency> candidates, TimeSpan now, List<LeaseId> victims)
    {
        var before = victims.Count;
        var left = missing;
        while (!left.FitsIn(PoolVector.Zero))
        {
            var next = Next(left, candidates, victims, before);
            if (next < 0)
            {
                victims.RemoveRange(before, victims.Count - before);
                return false;
            }
            victims.Add(candidates[next].Lease);
            left -= candidates[next].Bytes;
        }
        return true;
    }

    /// <summary>The least recently used one not yet chosen; one that frees nothing in the pools that are short would go for nothing.</summary>
    private static int Next(PoolVector left, ReadOnlySpan<Residency> candidates, List<LeaseId> victims, int before)
    {
        var next = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (!candidates[i].Bytes.Helps(left) || victims.IndexOf(candidates[i].Lease, before) >= 0) continue;
            if (next < 0 || IsBefore(candidates[i], candidates[next])) next = i;
        }
        return next;
    }

    private static bool IsBefore(in Residency a, in Residency b) =>
        a.Wanted != b.Wanted ? b.Wanted
        : a.LastUsed != b.LastUsed ? a.LastUsed < b.LastUsed
        : a.Lease.Number < b.Lease.Number;
}
