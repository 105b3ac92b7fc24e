using System.Collections;

namespace ActorPipeline;

/// <summary>Bytes per memory pool. A pool that is not named holds zero; immutable.</summary>
public sealed class PoolVector : IEquatable<PoolVector>, IEnumerable<KeyValuePair<MemoryPool, Bytes>>
{
    /// <summary>Nothing in any pool.</summary>
    public static readonly PoolVector Zero = new([]);

    private readonly KeyValuePair<MemoryPool, Bytes>[] _entries;

    private PoolVector(KeyValuePair<MemoryPool, Bytes>[] entries) => _entries = entries;

    /// <summary>These bytes in the host pool.</summary>
    public static PoolVector OfHost(Bytes bytes) => Of(MemoryPool.Host, bytes);

    /// <summary>These bytes in one pool.</summary>
    public static PoolVector Of(MemoryPool pool, Bytes bytes) =>
        bytes == Bytes.Zero ? Zero : new([new(pool, bytes)]);

    /// <summary>The bytes in one pool.</summary>
    public Bytes this[MemoryPool pool]
    {
        get
        {
            foreach (var entry in _entries)
                if (entry.Key == pool) return entry.Value;
            return Bytes.Zero;
        }
    }

    /// <summary>The bytes of all pools together.</summary>
    public Bytes Total => new(_entries.Sum(e => e.Value.Count));

    /// <summary>The sum, pool by pool.</summary>
    public static PoolVector operator +(PoolVector a, PoolVector b) => Combine(a, b, (x, y) => x + y);

    /// <summary>The difference, pool by pool; may be negative.</summary>
    public static PoolVector operator -(PoolVector a, PoolVector b) => Combine(a, b, (x, y) => x - y);

    /// <summary>Every pool so many times.</summary>
    public static PoolVector operator *(PoolVector a, long times) => Combine(a, Zero, (x, _) => x * times);

    /// <summary>The larger of the two in each pool.</summary>
    public static PoolVector Max(PoolVector a, PoolVector b) => Combine(a, b, Bytes.Max);

    /// <summary>Whether every pool holds at most what <paramref name="limit"/> allows it.</summary>
    public bool FitsIn(PoolVector limit)
    {
        foreach (var (pool, bytes) in _entries)
            if (bytes > limit[pool]) return false;
        return true;
    }

    private static PoolVector Combine(PoolVector a, PoolVector b, Func<Bytes, Bytes, Bytes> combine)
    {
        var entries = a._entries.Select(e => e.Key).Union(b._entries.Select(e => e.Key)).Order()
            .Select(pool => KeyValuePair.Create(pool, combine(a[pool], b[pool])))
            .Where(e => e.Value != Bytes.Zero).ToArray();
        return entries.Length == 0 ? Zero : new PoolVector(entries);
    }

    /// <inheritdoc/>
    public bool Equals(PoolVector? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PoolVector);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Aggregate(0, (hash, e) => HashCode.Combine(hash, e.Key, e.Value));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<MemoryPool, Bytes>> GetEnumerator() => _entries.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For people: "host 12.0 MiB".</summary>
    public override string ToString() => _entries.Length == 0 ? "0 B" : string.Join(", ", _entries.Select(e => $"{e.Key} {e.Value}"));
}
