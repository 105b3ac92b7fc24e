using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Sinks;

/// <summary>Chooses which objects a picture is taken of: one that is followed when its labels are first good enough, others not too often. Pure.</summary>
/// <param name="settings">What is good enough, and too often.</param>
internal sealed class SnapshotChoice(SnapshotSettings settings)
{
    /// <summary>Objects that are remembered at most, so that memory is bounded where labels are texts.</summary>
    internal const int Most = 4096;

    private readonly Dictionary<Key, TimeSpan> _taken = [];
    private readonly Queue<Key> _order = [];

    /// <summary>Whether to take a picture of this object; who is told so takes it.</summary>
    /// <param name="found">The object.</param>
    /// <param name="now">Since any fixed instant; never less than before.</param>
    public bool Take(ObjectReport found, TimeSpan now)
    {
        // Where a predicted object is, nobody has seen.
        if (found.Predicted || found.Labels.Count == 0 || found.Labels[0].Score < settings.MinScore) return false;
        var key = found.Track is { } track ? new Key(track, "", "") : new Key(null, found.Class, found.Labels[0].Name);
        var known = _taken.TryGetValue(key, out var last);
        if (known && (key.Track is not null || now - last < settings.Every)) return false;
        _taken[key] = now;
        if (!known) Remember(key);
        return true;
    }

    private void Remember(Key key)
    {
        _order.Enqueue(key);
        if (_order.Count > Most) _taken.Remove(_order.Dequeue());
    }

    private readonly record struct Key(long? Track, string Class, string Label);
}
