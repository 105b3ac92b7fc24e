namespace ActorPipeline.Events.Outbox;

/// <summary>Keeps events in memory; they go with the process.</summary>
/// <param name="limit">Bytes at most.</param>
internal sealed class MemoryEventStore(Bytes limit) : IEventStore
{
    private readonly Lock _gate = new();
    private readonly EventBook<byte[]> _book = new();
    private long _bytes;

    /// <inheritdoc/>
    public int Waiting => Locked(() => _book.Waiting);

    /// <inheritdoc/>
    public long Delivered => Locked(() => _book.Delivered);

    /// <inheritdoc/>
    public long Dropped => Locked(() => _book.Dropped);

    /// <inheritdoc/>
    public long Untold => Locked(() => _book.Untold);

    /// <inheritdoc/>
    public string Where => "in memory";

    /// <inheritdoc/>
    public void Open()
    {
    }

    /// <inheritdoc/>
    public string? Add(byte[] payload)
    {
        lock (_gate)
        {
            if (payload.Length > limit.Count)
            {
                _book.CountDropped(1);
                return $"an event of {payload.Length} bytes is larger than store-limit";
            }
            while (_bytes + payload.Length > limit.Count) _bytes -= _book.DropOldest().Length;
            _book.Add(payload);
            _bytes += payload.Length;
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredEvent> Take(int most)
    {
        lock (_gate) return [.. _book.Take(most).Select(taken => new StoredEvent(taken.Sequence, taken.Place))];
    }

    /// <inheritdoc/>
    public void Settle(long upTo, bool refused)
    {
        lock (_gate) _book.Settle(upTo, refused, payload => _bytes -= payload.Length);
    }

    /// <inheritdoc/>
    public void Told(long count)
    {
        lock (_gate) _book.Told(count);
    }

    /// <inheritdoc/>
    public void Close()
    {
        lock (_gate)
            while (_book.Waiting > 0) _bytes -= _book.DropOldest().Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate) return read();
    }
}
