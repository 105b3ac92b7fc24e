namespace ActorPipeline.Events.Outbox;

/// <summary>
/// What becomes of events that are to be delivered: each added one is delivered, refused, dropped, or waits. Pure; not for several threads
/// at once.
/// </summary>
/// <typeparam name="TPlace">Where an event lies.</typeparam>
internal sealed class EventBook<TPlace>
{
    private readonly Queue<(long Sequence, TPlace Place)> _waiting = [];
    private readonly List<long> _droppedInFlight = [];
    private long _flightEnd = -1;

    /// <summary>The sequence of the next to be added.</summary>
    public long Next { get; private set; }

    /// <summary>The sequence of the oldest that waits; <see cref="Next"/> where none does.</summary>
    public long Oldest => _waiting.TryPeek(out var first) ? first.Sequence : Next;

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>How many were delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>How many were dropped, for want of room or because the other side will never take them.</summary>
    public long Dropped { get; private set; }

    /// <summary>How many were dropped that the other side was not told of.</summary>
    public long Untold { get; private set; }

    /// <summary>Takes over one from an earlier run. Sequences rise.</summary>
    public void Recover(long sequence, TPlace place)
    {
        _waiting.Enqueue((sequence, place));
        Next = sequence + 1;
    }

    /// <summary>Goes on where an earlier run was.</summary>
    public void Resume(long next, long untold) => (Next, Untold) = (Math.Max(Next, next), untold);

    /// <summary>Adds the newest.</summary>
    public void Add(TPlace place) => _waiting.Enqueue((Next++, place));

    /// <summary>Where the oldest lies.</summary>
    public bool TryOldest(out TPlace place)
    {
        var found = _waiting.TryPeek(out var first);
        place = first.Place;
        return found;
    }

    /// <summary>Drops the oldest; there must be one.</summary>
    public TPlace DropOldest()
    {
        var (sequence, place) = _waiting.Dequeue();
        // It may arrive all the same: its delivery is under way.
        if (sequence <= _flightEnd) _droppedInFlight.Add(sequence);
        CountDropped(1);
        return place;
    }

    /// <summary>Counts what could not even be added.</summary>
    public void CountDropped(long count)
    {
        Dropped += count;
        Untold += count;
    }

    /// <summary>The oldest, to be delivered; they wait on until they are <see cref="Settle">settled</see>.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<(long Sequence, TPlace Place)> Take(int most)
    {
        _droppedInFlight.Clear();
        (long Sequence, TPlace Place)[] taken = [.. _waiting.Take(most)];
        _flightEnd = taken.Length > 0 ? taken[^1].Sequence : -1;
        return taken;
    }

    /// <summary>What was taken, up to this, is delivered, or was refused for good.</summary>
    /// <param name="upTo">The last one's sequence.</param>
    /// <param name="refused">Whether the other side will never take them.</param>
    /// <param name="freed">Gets where each lay.</param>
    public void Settle(long upTo, bool refused, Action<TPlace> freed)
    {
        var gone = _droppedInFlight.RemoveAll(sequence => sequence <= upTo);
        var settled = gone;
        while (_waiting.TryPeek(out var first) && first.Sequence <= upTo)
        {
            freed(_waiting.Dequeue().Place);
            settled++;
        }
        if (refused)
        {
            // The other side knows of it.
            Dropped += settled - gone;
            return;
        }
        (Delivered, Dropped, Untold) = (Delivered + settled, Dropped - gone, Math.Max(0, Untold - gone));
    }

    /// <summary>The other side was told of so many.</summary>
    public void Told(long count) => Untold = Math.Max(0, Untold - count);
}
