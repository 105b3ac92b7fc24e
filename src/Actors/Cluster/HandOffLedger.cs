namespace ActorPipeline.Cluster;

/// <summary>A batch that a neighbour has.</summary>
/// <param name="Number">Its number.</param>
/// <param name="To">Who has it.</param>
/// <param name="Batch">What it is; what is left of its time is that of its sending.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Deadline">When its result is of no use any more; null for no deadline.</param>
/// <param name="OverdueAt">When it is given up.</param>
/// <param name="LocalNeeds">What this node was expected to take for it; <see cref="TimeSpan.MaxValue"/> where it never could.</param>
internal sealed record HandedOver(long Number, NodeKey To, CropBatch Batch, TimeSpan SentAt, TimeSpan? Deadline, TimeSpan OverdueAt, TimeSpan LocalNeeds);

/// <summary>What to do with a batch now that it has come back, one way or the other.</summary>
internal enum HandOffEnd
{
    /// <summary>It is answered.</summary>
    Answered,

    /// <summary>There is time left: choose again, without the neighbour that had it.</summary>
    TryAgain,

    /// <summary>There is no time left, or it was tried too often.</summary>
    Fail,
}

/// <summary>The end of a hand-off.</summary>
/// <param name="Of">Which.</param>
/// <param name="End">What to do.</param>
/// <param name="Reason">"answered"; or why not, in a word: the desk's, "neighbour-lost", "neighbour-late" or "withdrawn".</param>
/// <param name="Elapsed">Since it was sent.</param>
internal sealed record HandOffOver(HandedOver Of, HandOffEnd End, string Reason, TimeSpan Elapsed)
{
    /// <summary>The batch as it has to be chosen for again.</summary>
    /// <param name="now">The time.</param>
    public CropBatch Again(TimeSpan now) => Of.Batch with { Left = Of.Deadline - now, Tried = [.. Of.Batch.Tried ?? [], Of.To] };
}

/// <summary>How long a hand-off may take.</summary>
internal sealed record HandOffPatience
{
    /// <value>It is given up after so many times what was expected. Default 4.</value>
    public double Times { get; init; } = 4;

    /// <value>But not before. Default 250 ms.</value>
    public TimeSpan Least { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <value>And then at last. Default 10 s.</value>
    public TimeSpan Most { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>Neighbours that a batch is handed to at most. Default 2.</value>
    public int MostTries { get; init; } = 2;
}

/// <summary>
/// The sender's side: batches that neighbours have. Each ends once: the first answer wins, and one that comes after the end is late. Pure.
/// </summary>
/// <param name="patience">How long one may take.</param>
/// <param name="mostEach">Batches that one neighbour may have.</param>
/// <param name="first">Batches are numbered from behind this on.</param>
internal sealed class HandOffLedger(HandOffPatience patience, int mostEach = 8, long first = 0)
{
    private const string LostReason = "neighbour-lost";
    private const string LateReason = "neighbour-late";

    private readonly Dictionary<long, HandedOver> _open = [];
    private readonly Dictionary<NodeKey, int> _each = [];
    private readonly long _first = first;
    private long _last = first;

    /// <summary>Batches that neighbours have.</summary>
    public int Outstanding => _open.Count;

    /// <summary>Answers that came after their batch had ended; they were dropped.</summary>
    public long Late { get; private set; }

    /// <summary>When <see cref="Overdue"/> has something to do next; null for never.</summary>
    public TimeSpan? NextOverdue => _open.Count == 0 ? null : _open.Values.Min(b => b.OverdueAt);

    /// <summary>Batches that a neighbour has.</summary>
    public int OutstandingAt(NodeKey node) => _each.GetValueOrDefault(node);

    /// <summary>Crops for a model that a neighbour was sent after a moment, and has not answered.</summary>
    public int CropsAt(NodeKey node, SharedModel model, TimeSpan after)
    {
        var crops = 0;
        if (OutstandingAt(node) == 0) return 0;
        foreach (var batch in _open.Values)
            if (batch.To == node && batch.Batch.Model == model && batch.SentAt > after) crops += batch.Batch.Crops;
        return crops;
    }

    /// <summary>A batch is handed over.</summary>
    /// <param name="batch">What it is.</param>
    /// <param name="to">To whom.</param>
    /// <param name="expected">When the answer is expected, from now.</param>
    /// <param name="localNeeds">What this node would take for it; <see cref="TimeSpan.MaxValue"/> where it never could.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null where the neighbour has as many as it may have.</returns>
    public HandedOver? Begin(CropBatch batch, NodeKey to, TimeSpan expected, TimeSpan localNeeds, TimeSpan now)
    {
        if (OutstandingAt(to) >= mostEach) return null;
        var handed = new HandedOver(++_last, to, batch, now, now + batch.Left, now + Patience(batch, expected, localNeeds), localNeeds);
        _open.Add(handed.Number, handed);
        _each[to] = OutstandingAt(to) + 1;
        return handed;
    }

    /// <summary>An answer comes.</summary>
    /// <returns>Null where the batch had ended, or was never this node's: the answer is dropped.</returns>
    public HandOffOver? Answered(long number, NodeKey by, TimeSpan now) =>
        Take(number, by) is { } batch ? new HandOffOver(batch, HandOffEnd.Answered, "answered", now - batch.SentAt) : null;

    /// <summary>A refusal or a failure comes.</summary>
    /// <returns>Null where the batch had ended, or was never this node's.</returns>
    public HandOffOver? NotDone(long number, NodeKey by, string reason, TimeSpan now) => Take(number, by) is { } batch ? Over(batch, reason, now) : null;

    /// <summary>A neighbour is gone, or cannot be reached.</summary>
    public IReadOnlyList<HandOffOver> Lost(NodeKey node, TimeSpan now) => TakeAll(b => b.To == node, LostReason, now);

    /// <summary>Batches that took too long. Their neighbours are to be told that the answer is of no use any more.</summary>
    public IReadOnlyList<HandOffOver> Overdue(TimeSpan now) => TakeAll(b => b.OverdueAt <= now, LateReason, now);

    /// <summary>A batch is not wanted any more.</summary>
    /// <returns>Null where it had ended.</returns>
    public HandOffOver? Withdraw(long number, TimeSpan now) =>
        _open.TryGetValue(number, out var batch) && Take(number, batch.To) is not null
            ? new HandOffOver(batch, HandOffEnd.Fail, "withdrawn", now - batch.SentAt) : null;

    /// <summary>Early enough that this node could still be in time, where it could; late enough that a slow neighbour is not taken for a dead one.</summary>
    private TimeSpan Patience(CropBatch batch, TimeSpan expected, TimeSpan localNeeds)
    {
        var most = Math.Min(Math.Max(expected.TotalSeconds * patience.Times, patience.Least.TotalSeconds), patience.Most.TotalSeconds);
        if (batch.Left is not { } left) return TimeSpan.FromSeconds(most);
        var local = left - (localNeeds < left ? localNeeds : TimeSpan.Zero);
        most = Math.Min(most, Math.Max(local.TotalSeconds, expected.TotalSeconds * 1.5));
        return TimeSpan.FromSeconds(Math.Max(0, Math.Min(most, left.TotalSeconds)));
    }

    private HandOffOver Over(HandedOver batch, string reason, TimeSpan now)
    {
        var tries = 1 + (batch.Batch.Tried?.Count ?? 0);
        // Refused, it is no worse off than without neighbours: this node does it, late if need be. Lost or late, it is tried as long as there is time.
        var able = batch.LocalNeeds != TimeSpan.MaxValue && (reason is not (LostReason or LateReason) || batch.Deadline is not { } deadline || now + batch.LocalNeeds <= deadline);
        var again = able || (tries < patience.MostTries && !(batch.Deadline <= now));
        return new HandOffOver(batch, again ? HandOffEnd.TryAgain : HandOffEnd.Fail, reason, now - batch.SentAt);
    }

    private List<HandOffOver> TakeAll(Predicate<HandedOver> match, string reason, TimeSpan now)
    {
        var over = new List<HandOffOver>();
        foreach (var batch in _open.Values)
            if (match(batch)) over.Add(Over(batch, reason, now));
        foreach (var ended in over) Take(ended.Of.Number, ended.Of.To);
        return over;
    }

    private HandedOver? Take(long number, NodeKey by)
    {
        if (!_open.TryGetValue(number, out var batch) || batch.To != by)
        {
            if (number > _first && number <= _last) Late++;
            return null;
        }
        _open.Remove(number);
        if (--_each[by] is 0) _each.Remove(by);
        return batch;
    }
}
