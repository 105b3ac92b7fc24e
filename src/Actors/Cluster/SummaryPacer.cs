namespace ActorPipeline.Cluster;

/// <summary>How often a node speaks of itself.</summary>
internal sealed record PacerLimits
{
    /// <value>Others stop believing a summary after that. Default 15 s.</value>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromSeconds(15);

    /// <value>Between two summaries when what is ready, or whether it leaves, changes. Default 200 ms.</value>
    public TimeSpan UrgentInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <value>Between two when only figures change. Default 1 s.</value>
    public TimeSpan ChangeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>A queue, or the time of a load, that changed by no more than this has not changed. Default 20 ms.</value>
    public TimeSpan LeastTime { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <value>Nor has the time of a crop that changed by no more than this. Default 1 ms.</value>
    public TimeSpan LeastRun { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <value>Nor has what changed by no more than this share of the larger value, free bytes too. Default 0.5.</value>
    public double LeastShare { get; init; } = 0.5;

    /// <value>A change of the load that is worth telling. Default 0.25.</value>
    public double LeastLoad { get; init; } = 0.25;

    /// <summary>Between two summaries when nothing changes.</summary>
    public TimeSpan SignOfLife => Expiry / 3;
}

/// <summary>
/// Decides when a node publishes its summary: at once when what matters to who hands over changes, now and then when figures move
/// noticeably, and as a sign of life. Pure. Whoever owns it offers what is true on every change, and again at <see cref="DueAt"/>.
/// </summary>
/// <param name="limits">How often.</param>
/// <param name="last">The counter of the last summary of this life of the node.</param>
internal sealed class SummaryPacer(PacerLimits limits, long last = 0)
{
    private NodeSummary? _told;
    private TimeSpan _toldAt;

    /// <summary>When to offer again what is true then, by what was offered last.</summary>
    public TimeSpan DueAt { get; private set; }

    /// <summary>The counter of the last summary.</summary>
    public long Counter { get; private set; } = last;

    /// <summary>Offers what is true now.</summary>
    /// <param name="current">Its counter is not looked at. Models beyond <see cref="NodeSummary.MostModels"/> are left out, those that are not ready first.</param>
    /// <param name="now">The time.</param>
    /// <returns>What to publish, with its counter; null for nothing.</returns>
    public NodeSummary? Next(NodeSummary current, TimeSpan now)
    {
        current = Cut(current);
        DueAt = _toldAt + IntervalFor(current);
        if (_told is not null && now < DueAt) return null;
        (_told, _toldAt, DueAt) = (current with { Counter = ++Counter }, now, now + limits.SignOfLife);
        return _told;
    }

    private TimeSpan IntervalFor(NodeSummary current)
    {
        if (_told is not { } told) return TimeSpan.Zero;
        if (IsUrgent(told, current)) return limits.UrgentInterval;
        return IsNoticeable(told, current) ? limits.ChangeInterval : limits.SignOfLife;
    }

    private static bool IsUrgent(NodeSummary told, NodeSummary current)
    {
        if ((told.Leaving, told.Node, told.Address, told.Minor) != (current.Leaving, current.Node, current.Address, current.Minor)) return true;
        if (told.Models.Count != current.Models.Count) return true;
        foreach (var model in current.Models)
            if (Find(told, model.Model) is not { } before || before.Ready != model.Ready) return true;
        return false;
    }

    private bool IsNoticeable(NodeSummary told, NodeSummary current)
    {
        if (Math.Abs(told.Load - current.Load) >= limits.LeastLoad) return true;
        if (Math.Abs(told.Free.Count - current.Free.Count) > limits.LeastShare * Math.Max(told.Free.Count, current.Free.Count)) return true;
        foreach (var model in current.Models)
        {
            var before = Find(told, model.Model)!;
            if (Moved(before.Queue, model.Queue, limits.LeastTime) || Moved(before.Load, model.Load, limits.LeastTime)) return true;
            if (Moved(before.RunPerCrop, model.RunPerCrop, limits.LeastRun)) return true;
            if (before.Load == TimeSpan.Zero != (model.Load == TimeSpan.Zero) || before.RunPerCrop == TimeSpan.Zero != (model.RunPerCrop == TimeSpan.Zero)) return true;
        }
        return false;
    }

    private bool Moved(TimeSpan before, TimeSpan after, TimeSpan least)
    {
        var change = (after - before).Duration();
        return change > least && change > limits.LeastShare * (before > after ? before : after);
    }

    private static HeldModel? Find(NodeSummary summary, SharedModel model)
    {
        foreach (var held in summary.Models)
            if (held.Model == model) return held;
        return null;
    }

    private static NodeSummary Cut(NodeSummary summary) => summary.Models.Count <= NodeSummary.MostModels ? summary
        : summary with { Models = [.. summary.Models.OrderByDescending(m => m.Ready).Take(NodeSummary.MostModels)] };
}
