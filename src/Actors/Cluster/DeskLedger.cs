using ActorPipeline.Cluster.Wire;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

/// <summary>What a desk takes.</summary>
internal sealed record DeskLimits
{
    /// <value>Batches of one sender, coming in or running. Default 8.</value>
    public int MostEach { get; init; } = 8;

    /// <value>Crops of a batch. Default 64.</value>
    public int MostCrops { get; init; } = 64;

    /// <value>Parts of a batch. Default 1024.</value>
    public int MostParts { get; init; } = 1024;

    /// <value>Bytes of a batch. Default 16 MiB.</value>
    public long MostBytes { get; init; } = WireLimits.BatchBytes;

    /// <value>Width or height of a crop, in pixels. Default 2048.</value>
    public int MostSide { get; init; } = 2048;

    /// <value>A batch that is not whole after that is dropped: a part of it was lost. Default 2 s.</value>
    public TimeSpan AssembleFor { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>What came of a part.</summary>
internal enum DeskStep
{
    /// <summary>More parts have to come.</summary>
    Kept,

    /// <summary>The batch is whole, and has to be run now; <see cref="DeskLedger.Over"/> ends it.</summary>
    Whole,

    /// <summary>The sender has to be told why not; nothing of the batch is kept.</summary>
    Refused,

    /// <summary>It belongs to a batch that is over, or is here already.</summary>
    Ignored,
}

/// <summary>What came of a part.</summary>
/// <param name="Step">What.</param>
/// <param name="Batch">Its batch; null where there is none.</param>
/// <param name="Reason">Why it was refused; null where it was not.</param>
/// <param name="Released">Bytes whose room is free again.</param>
internal readonly record struct DeskTaken(DeskStep Step, DeskBatch? Batch, string? Reason, long Released);

/// <summary>
/// The desk's side: batches of neighbours, coming in or running, bounded for each sender. What a sender says of a batch is not believed
/// before it adds up. It is told only of parts whose bytes have room (<see cref="CreditBook"/>), and tells how many of them are free again. Pure.
/// </summary>
internal sealed class DeskLedger(DeskLimits limits)
{
    private const int Remembered = 64;

    private readonly Dictionary<(NodeKey From, long Number), DeskBatch> _batches = [];
    private readonly Dictionary<NodeKey, Queue<long>> _over = [];

    /// <summary>Batches here, coming in or running.</summary>
    public int Count => _batches.Count;

    /// <summary>Senders of whom anything is known.</summary>
    public int Senders => _batches.Keys.Select(k => k.From).Concat(_over.Keys).Distinct().Count();

    /// <summary>Batches of one sender.</summary>
    public int CountOf(NodeKey from) => _batches.Keys.Count(k => k.From == from);

    /// <summary>A part comes.</summary>
    public DeskTaken Arrive(NodeKey from, BatchPart part, TimeSpan now)
    {
        if (_batches.TryGetValue((from, part.Batch), out var batch))
        {
            if (batch.IsWhole) return new DeskTaken(DeskStep.Ignored, batch, null, part.Data.Length);
            if (!IsSame(batch.Head, part.Head) || !IsPart(part)) return Refuse(batch, "damaged", part.Data.Length);
            if (!batch.Add(part.Part, part.Data, now)) return new DeskTaken(DeskStep.Ignored, batch, null, part.Data.Length);
        }
        else
        {
            if (_over.TryGetValue(from, out var over) && over.Contains(part.Batch)) return new DeskTaken(DeskStep.Ignored, null, null, part.Data.Length);
            var why = !IsSound(part.Head) || !IsPart(part) ? "damaged" : CountOf(from) >= limits.MostEach ? "full" : null;
            if (why is not null)
            {
                Remember(from, part.Batch);
                return new DeskTaken(DeskStep.Refused, null, why, part.Data.Length);
            }
            _batches.Add((from, part.Batch), batch = new DeskBatch(from, part.Batch, part.Head, now));
            batch.Add(part.Part, part.Data, now);
        }
        if (batch.Bytes > batch.Head.Bytes || (batch.IsWhole && batch.Bytes != batch.Head.Bytes)) return Refuse(batch, "damaged", 0);
        if (batch.Deadline <= now) return Refuse(batch, "late", 0);
        return new DeskTaken(batch.IsWhole ? DeskStep.Whole : DeskStep.Kept, batch, null, 0);
    }

    /// <summary>A batch was run, or could not be.</summary>
    /// <returns>What it was, to be answered unless it is unwanted; null where it is not known. <see cref="DeskBatch.Clear"/> tells how many bytes are free again.</returns>
    public DeskBatch? Over(NodeKey from, long number)
    {
        if (!_batches.Remove((from, number), out var batch)) return null;
        if (!batch.Forgotten) Remember(from, number);
        return batch;
    }

    /// <summary>A sender does not want a batch any more. One that runs goes on, unwanted.</summary>
    /// <returns>Bytes whose room is free again.</returns>
    public long Withdraw(NodeKey from, long number)
    {
        if (_batches.TryGetValue((from, number), out var batch)) return Drop(batch);
        // Its parts may still be on the way.
        Remember(from, number);
        return 0;
    }

    /// <summary>A sender is gone: what it had here is dropped; what runs goes on, unwanted.</summary>
    /// <returns>Bytes whose room is free again.</returns>
    public long Lost(NodeKey from)
    {
        var freed = 0L;
        foreach (var batch in _batches.Values.Where(b => b.From == from).ToArray())
        {
            batch.Forgotten = true;
            freed += Drop(batch);
        }
        _over.Remove(from);
        return freed;
    }

    /// <summary>Drops batches that did not become whole in time.</summary>
    /// <returns>Each, to be refused as "damaged"; their bytes are theirs to let go.</returns>
    public IReadOnlyList<DeskBatch> Expire(TimeSpan now)
    {
        var old = _batches.Values.Where(b => !b.IsWhole && now >= ExpiresAt(b)).ToArray();
        foreach (var batch in old) Over(batch.From, batch.Number);
        return old;
    }

    /// <summary>When <see cref="Expire"/> has something to do next; null for never.</summary>
    public TimeSpan? NextExpiry
    {
        get
        {
            TimeSpan? next = null;
            foreach (var batch in _batches.Values)
                if (!batch.IsWhole && !(next <= ExpiresAt(batch))) next = ExpiresAt(batch);
            return next;
        }
    }

    private TimeSpan ExpiresAt(DeskBatch batch) => batch.BeganAt + limits.AssembleFor;

    private long Drop(DeskBatch batch)
    {
        batch.Unwanted = true;
        if (batch.IsWhole) return 0;
        Over(batch.From, batch.Number);
        return batch.Clear();
    }

    private DeskTaken Refuse(DeskBatch batch, string reason, long more)
    {
        Over(batch.From, batch.Number);
        return new DeskTaken(DeskStep.Refused, batch, reason, batch.Clear() + more);
    }

    /// <summary>Parts of a batch that is over may still come; they must not begin it anew.</summary>
    private void Remember(NodeKey from, long number)
    {
        if (!_over.TryGetValue(from, out var over)) _over.Add(from, over = new Queue<long>(Remembered));
        if (over.Count == Remembered) over.Dequeue();
        over.Enqueue(number);
    }

    private static bool IsPart(BatchPart part) => part.Part >= 0 && part.Part < part.Head.Parts;

    private bool IsSound(BatchHead head)
    {
        if (head.Crops.Count == 0 || head.Crops.Count > limits.MostCrops || head.Parts < 1 || head.Parts > limits.MostParts) return false;
        if (head.Width < 1 || head.Width > limits.MostSide || head.Height < 1 || head.Height > limits.MostSide || head.Labels < 1) return false;
        foreach (var bytes in head.Crops)
            if (bytes < 1 || (head.Encoding == CropEncoding.Raw && bytes != head.Width * head.Height * 3)) return false;
        return head.Bytes <= limits.MostBytes;
    }

    /// <summary>Whether two parts say the same of their batch. What is left of its time may differ.</summary>
    internal static bool IsSame(BatchHead one, BatchHead other) =>
        (one.Model, one.Width, one.Height, one.Encoding, one.Parts, one.Labels) == (other.Model, other.Width, other.Height, other.Encoding, other.Parts, other.Labels)
        && one.Crops.SequenceEqual(other.Crops);
}
