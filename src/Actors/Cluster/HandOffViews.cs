namespace ActorPipeline.Cluster;

/// <summary>A batch of crops that has to go somewhere.</summary>
/// <param name="Model">Which model is to look at it.</param>
/// <param name="Crops">How many; at least 1.</param>
/// <param name="Bytes">What of it would cross the wire.</param>
/// <param name="Left">How long until the result is of no use any more; null for no deadline.</param>
internal readonly record struct CropBatch(SharedModel Model, int Crops, long Bytes, TimeSpan? Left)
{
    /// <summary>Neighbours that were tried with it before; null for none.</summary>
    public IReadOnlyCollection<NodeKey>? Tried { get; init; }
}

/// <summary>How it stands here.</summary>
internal sealed record LocalView
{
    /// <value>Whether this node could ever run the model: it has it, and it fits the budget.</value>
    public bool Able { get; init; } = true;

    /// <value>Whether the model is in memory.</value>
    public required bool Ready { get; init; }

    /// <value>How long a piece that came now would wait for a lane.</value>
    public required TimeSpan Queue { get; init; }

    /// <value>Lane time of one crop; null where nobody knows yet.</value>
    public TimeSpan? RunPerCrop { get; init; }

    /// <value>How long until it would be in memory, the wait for its lease included; null where nobody knows yet.</value>
    public TimeSpan? Load { get; init; }

    /// <value>Lanes that share the crops of a batch. Default 1.</value>
    public int Lanes { get; init; } = 1;
}

/// <summary>How it stands at a neighbour, for one model.</summary>
internal sealed record NeighbourView(NodeKey Node)
{
    /// <value>The protocol's minor version that it speaks.</value>
    public required int Minor { get; init; }

    /// <value>It takes nothing any more.</value>
    public bool Leaving { get; init; }

    /// <value>It refused or failed, and is left alone now.</value>
    public bool Rests { get; init; }

    /// <value>Whether the model is in memory there.</value>
    public required bool Ready { get; init; }

    /// <value>How long a piece that came there now would wait; corrected by what was sent there, and by the age of what it said.</value>
    public required TimeSpan Queue { get; init; }

    /// <value>Time of one crop there; null where nobody knows.</value>
    public TimeSpan? RunPerCrop { get; init; }

    /// <value>How long it would take to load the model there; null where nobody knows.</value>
    public TimeSpan? Load { get; init; }

    /// <value>The way there and back; null where nobody knows.</value>
    public TimeSpan? RoundTrip { get; init; }

    /// <value>Bytes that pass in a second; null where nobody knows.</value>
    public double? Bandwidth { get; init; }

    /// <value>Whether it has answered anything for the model of late. Default true.</value>
    public bool HasAnswered { get; init; } = true;

    /// <value>It has answered too little yet to be judged by that, and may be tried.</value>
    public bool MayBeTried { get; init; }

    /// <value>Bytes that it has promised to take.</value>
    public required long Credit { get; init; }

    /// <value>Batches that it has not answered yet.</value>
    public int Outstanding { get; init; }

    /// <summary>Puts together what is known of a neighbour.</summary>
    /// <param name="holder">What it said.</param>
    /// <param name="times">What it was seen to do.</param>
    /// <param name="ledger">What it has of ours.</param>
    /// <param name="credit">Bytes that it has promised to take.</param>
    /// <param name="pace">How nodes publish.</param>
    /// <param name="now">The time.</param>
    public static NeighbourView Of(Holder holder, PeerTimes times, HandOffLedger ledger, long credit, PacerLimits pace, TimeSpan now)
    {
        var (summary, model) = (holder.Node, holder.Model);
        var way = times.RoundTrip(summary.Node, now);
        // What it had of ours when it spoke is in its queue already; half the way later at most it had no more.
        var spoke = now - holder.Age - (way ?? TimeSpan.Zero);
        return new NeighbourView(summary.Node)
        {
            Minor = summary.Minor,
            Leaving = summary.Leaving,
            Rests = times.Rests(summary.Node, now),
            Ready = model.Ready,
            Queue = holder.QueueNow(ledger.CropsAt(summary.Node, model.Model, spoke), times.Share(summary.Node, now), pace),
            RunPerCrop = Least(times.RunPerCrop(summary.Node, model.Model, now), Positive(model.RunPerCrop)),
            Load = Positive(model.Load),
            RoundTrip = way,
            Bandwidth = times.Bandwidth(summary.Node, now),
            HasAnswered = times.RunPerCrop(summary.Node, model.Model, now) is not null,
            MayBeTried = model.Ready && times.IsWorthTrying(summary.Node, model.Model, now),
            Credit = credit,
            Outstanding = ledger.OutstandingAt(summary.Node),
        };
    }

    /// <summary>What was seen has the waits of its first batches in it; what the node says of its lanes does not know that several share a batch.</summary>
    private static TimeSpan? Least(TimeSpan? seen, TimeSpan? said) => seen is null || said < seen ? said ?? seen : seen;

    private static TimeSpan? Positive(TimeSpan time) => time > TimeSpan.Zero ? Holder.Sane(time) : null;
}
