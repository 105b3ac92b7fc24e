namespace ActorPipeline.Cluster.Network;

/// <summary>
/// Which nodes have been out of reach for so long that they are taken out. Pure. Never the node itself: nodes share nothing that two halves
/// of a cluster could spoil, so each half goes on by itself. While the node itself stood still it could reach nobody: that counts for nothing.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="downAfter">How long.</param>
/// <param name="pause">A gap between two looks that is longer means that the node stood still.</param>
internal sealed class Patience<TNode>(TNode self, TimeSpan downAfter, TimeSpan pause)
    where TNode : notnull
{
    private readonly Dictionary<TNode, TimeSpan> _lostAt = [];
    private TimeSpan _lookedAt;

    /// <summary>Whether there is anybody to wait for.</summary>
    public bool Waits => _lostAt.Count > 0;

    /// <summary>A node is out of reach.</summary>
    public void Lost(TNode node, TimeSpan now)
    {
        if (node.Equals(self)) return;
        if (!Waits) _lookedAt = now;
        _lostAt.TryAdd(node, now);
    }

    /// <summary>A node is in reach again, or out of the cluster.</summary>
    public void Forget(TNode node) => _lostAt.Remove(node);

    /// <summary>Looks. To be called more often than the pause while <see cref="Waits"/>.</summary>
    /// <returns>Who is to be taken out now; named again after the same time where that had no effect.</returns>
    public IReadOnlyList<TNode> Look(TimeSpan now)
    {
        var stoodStill = now - _lookedAt > pause;
        _lookedAt = now;
        if (stoodStill) return Again(_lostAt.Keys, now, []);
        var due = _lostAt.Where(lost => now - lost.Value >= downAfter).Select(lost => lost.Key).ToList();
        return Again(due, now, due);
    }

    private IReadOnlyList<TNode> Again(IEnumerable<TNode> nodes, TimeSpan now, IReadOnlyList<TNode> answer)
    {
        foreach (var node in nodes.ToList()) _lostAt[node] = now;
        return answer;
    }
}
