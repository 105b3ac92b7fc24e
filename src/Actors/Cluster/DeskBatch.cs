namespace ActorPipeline.Cluster;

/// <summary>A batch of a neighbour's crops at this node's desk.</summary>
internal sealed class DeskBatch
{
    // Nobody can mean more; and what a neighbour says must not overflow.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ReadOnlyMemory<byte>?[] _parts;

    /// <summary>Its first part came.</summary>
    public DeskBatch(NodeKey from, long number, BatchHead head, TimeSpan now)
    {
        (From, Number, Head, BeganAt, WholeAt) = (from, number, head, now, now);
        _parts = new ReadOnlyMemory<byte>?[head.Parts];
    }

    /// <summary>Whose.</summary>
    public NodeKey From { get; }

    /// <summary>The sender's number.</summary>
    public long Number { get; }

    /// <summary>What it is.</summary>
    public BatchHead Head { get; }

    /// <summary>When its first part came.</summary>
    public TimeSpan BeganAt { get; }

    /// <summary>When its last part came.</summary>
    public TimeSpan WholeAt { get; private set; }

    /// <summary>Bytes that are here.</summary>
    public long Bytes { get; private set; }

    /// <summary>Parts that are here.</summary>
    public int Arrived { get; private set; }

    /// <summary>All parts are here.</summary>
    public bool IsWhole => Arrived == _parts.Length;

    /// <summary>Nobody waits for its answer any more.</summary>
    public bool Unwanted { get; set; }

    /// <summary>Its sender is gone: no part of it can come any more.</summary>
    public bool Forgotten { get; set; }

    /// <summary>When its result is of no use any more, counted from its arrival; null for no deadline.</summary>
    public TimeSpan? Deadline => Head.Left is { } left ? BeganAt + (left < Longest ? left : Longest) : null;

    /// <summary>Its bytes, part after part.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Parts => _parts.Select(p => p ?? ReadOnlyMemory<byte>.Empty);

    /// <summary>Adds a part.</summary>
    /// <returns>False where it is here already.</returns>
    public bool Add(int part, ReadOnlyMemory<byte> data, TimeSpan now)
    {
        if (_parts[part] is not null) return false;
        _parts[part] = data;
        Bytes += data.Length;
        Arrived++;
        WholeAt = now;
        return true;
    }

    /// <summary>Bytes are let go; what it was stays known.</summary>
    public long Clear()
    {
        var bytes = Bytes;
        Array.Clear(_parts);
        Bytes = 0;
        return bytes;
    }
}
