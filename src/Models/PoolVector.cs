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
    public Bytes Total
    {
        get
        {
            long sum = 0;
            foreach (var entry in _entries) sum += entry.Value.Count;
            return new Bytes(sum);
        }
    }

    /// <summary>The sum, pool by pool.</summary>
    public static PoolVector operator +(PoolVector a, PoolVector b) =>
        a._entries.Length == 0 ? b : b._entries.Length == 0 ? a : Combine(a, b, static (x, y) => x + y);

    /// <summary>The difference, pool by pool; may be negative.</summary>
    public static PoolVector operator -(PoolVector a, PoolVector b) => b._entries.Length == 0 ? a : Combine(a, b, static (x, y) => x - y);

    /// <summary>Every pool so many times.</summary>
    public static PoolVector operator *(PoolVector a, long times)
    {
        if (times == 0) return Zero;
        var entries = new KeyValuePair<MemoryPool, Bytes>[a._entries.Length];
        for (var i = 0; i < entries.Length; i++) entries[i] = new(a._entries[i].Key, a._entries[i].Value * times);
        return entries.Length == 0 ? Zero : new PoolVector(entries);
    }

    /// <summary>The larger of the two in each pool.</summary>
    public static PoolVector Max(PoolVector a, PoolVector b) => Combine(a, b, Bytes.Max);

    /// <summary>The smaller of the two in each pool.</summary>
    public static PoolVector Min(PoolVector a, PoolVector b) => Combine(a, b, Bytes.Min);

    /// <summary>Whether every pool holds at most what <paramref name="limit"/> allows it.</summary>
    public bool FitsIn(PoolVector limit)
    {
        foreach (var (pool, bytes) in _entries)
            if (bytes > limit[pool]) return false;
        return true;
    }

    /// <summary>Whether freeing these bytes would lessen <paramref name="missing"/> in any pool.</summary>
    public bool Helps(PoolVector missing)
    {
        foreach (var (pool, bytes) in _entries)
            if (bytes > Bytes.Zero && missing[pool] > Bytes.Zero) return true;
        return false;
    }

    // Entries are kept in the order of their pools, so that two vectors are merged in one pass.
    private static PoolVector Combine(PoolVector a, PoolVector b, Func<Bytes, Bytes, Bytes> combine)
    {
        // Nearly always both are of one pool alone, and each memory sample adds dozens up.
        if (a._entries is [var x] && b._entries is [var y] && x.Key == y.Key) return Of(x.Key, combine(x.Value, y.Value));
        var merged = new KeyValuePair<MemoryPool, Bytes>[a._entries.Length + b._entries.Length];
        int i = 0, j = 0, count = 0;
        while (i < a._entries.Length || j < b._entries.Length)
        {
            var order = i == a._entries.Length ? 1 : j == b._entries.Length ? -1 : a._entries[i].Key.CompareTo(b._entries[j].Key);
            var pool = order <= 0 ? a._entries[i].Key : b._entries[j].Key;
            var bytes = combine(order <= 0 ? a._entries[i++].Value : Bytes.Zero, order >= 0 ? b._entries[j++].Value : Bytes.Zero);
            if (bytes != Bytes.Zero) merged[count++] = new(pool, bytes);
        }
        if (count == 0) return Zero;
        if (count < merged.Length) Array.Resize(ref merged, count);
        return new PoolVector(merged);
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
