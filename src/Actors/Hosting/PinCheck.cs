using ActorPipeline.Catalog;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting;

/// <summary>Says whether models that are to stay in memory leave room for each of the others to be loaded. Pure.</summary>
public static class PinCheck
{
    /// <summary>Why they do not; null where they do. Whichever of its variants is in memory, a pinned model is not asked to make room with another.</summary>
    /// <param name="room">What the budget leaves for models beside buffers and fixed cost, pool by pool.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="needs">What each model's variants need, as far as is known.</param>
    /// <param name="pinned">Models that are to stay.</param>
    public static string? Fault(PoolVector room, int lanes, IReadOnlyDictionary<ModelId, IReadOnlyList<LeaseVariant>> needs, IReadOnlySet<ModelId> pinned)
    {
        foreach (var (id, variants) in needs)
        {
            var (kept, accounts) = Kept(room, lanes, needs, pinned, but: id);
            var least = variants.Select(v => Alone(v, lanes, accounts)).MinBy(need => need.Total.Count);
            if (least is null || variants.Any(v => (kept + Alone(v, lanes, accounts)).FitsIn(room))) continue;
            var stay = string.Join(", ", pinned.Where(p => p != id).Select(p => $"'{p}'").Order(StringComparer.Ordinal));
            if (stay.Length > 0) return $"pinned {stay} keep {kept}, and model '{id}' needs {least} beside them, but the budget leaves {room} for models";
        }
        return null;
    }

    private static (PoolVector Bytes, HashSet<string> Shared) Kept(
        PoolVector room, int lanes, IReadOnlyDictionary<ModelId, IReadOnlyList<LeaseVariant>> needs, IReadOnlySet<ModelId> pinned, ModelId but)
    {
        var (sum, accounts) = (PoolVector.Zero, new HashSet<string>());
        foreach (var id in pinned)
        {
            if (id == but || !needs.TryGetValue(id, out var variants)) continue;
            // A variant that can never be granted is never in memory.
            LeaseVariant[] possible = [.. variants.Where(v => Alone(v, lanes, []).FitsIn(room))];
            sum += possible.Aggregate(PoolVector.Zero, (most, v) => PoolVector.Max(most, v.Footprint.ResidentLease(lanes)));
            foreach (var weights in possible.Select(v => v.Shared).OfType<CommonBytes>())
                if (accounts.Add(weights.Account)) sum += weights.Bytes;
        }
        return (sum, accounts);
    }

    private static PoolVector Alone(LeaseVariant variant, int lanes, HashSet<string> paid) =>
        variant.Footprint.LoadLease(lanes) + (variant.Shared is { } weights && !paid.Contains(weights.Account) ? weights.Bytes : PoolVector.Zero);
}
