using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting;

/// <summary>
/// Which models share which weights. Of all sets of models with weights in common, the one that saves most is taken first; each variant
/// is in one set at most, and two variants of one model share nothing, for one of them is loaded at a time. Pure.
/// </summary>
internal static class SharingPlan
{
    /// <summary>Beyond so many sets of owners, intersections of them are not looked for.</summary>
    private const int MostSets = 512;

    /// <summary>A variant of a model with the weights that its sessions map.</summary>
    internal sealed record Member(ModelId Model, string Variant, Bytes Mapped, IReadOnlyList<WeightPart> Weights);

    private readonly record struct Set(IReadOnlyList<Member> Owners, IReadOnlyList<WeightPart> Common)
    {
        public long Bytes => Common.Sum(w => w.Length);

        public long Saves => Bytes * (Owners.Select(o => o.Model).Distinct().Count() - 1);
    }

    /// <summary>What of each member's mapped weights is its own and what is shared.</summary>
    public static IReadOnlyDictionary<(ModelId Model, string Variant), MappedWeights> Of(IReadOnlyList<Member> members)
    {
        var plan = members.ToDictionary(m => (m.Model, m.Variant), m => new MappedWeights(m.Mapped, null));
        var free = members.ToList();
        while (Best(free) is { } best)
        {
            var bytes = new Bytes(best.Bytes);
            var common = new CommonBytes(AccountOf(best.Common), PoolVector.OfHost(bytes));
            foreach (var owner in best.Owners) plan[(owner.Model, owner.Variant)] = new MappedWeights(Bytes.Max(Bytes.Zero, owner.Mapped - bytes), common);
            free.RemoveAll(best.Owners.Contains);
        }
        return plan;
    }

    private static Set? Best(List<Member> members)
    {
        Set? best = null;
        foreach (var set in Sets(members))
            if (set.Saves > (best?.Saves ?? 0)) best = set;
        return best;
    }

    /// <summary>
    /// Every set of members that might save most: the owners of some weight, and what such sets have in common. A smaller set with the
    /// same weights in common saves less.
    /// </summary>
    private static IEnumerable<Set> Sets(List<Member> members)
    {
        var weights = members.SelectMany((m, i) => m.Weights.DistinctBy(w => w.Sha256).Select(w => (Weight: w, Owner: i)))
            .GroupBy(w => w.Weight.Sha256).Select(g => (g.First().Weight, Owners: g.Select(w => w.Owner).ToHashSet())).ToList();
        var sets = new Dictionary<string, HashSet<int>>();
        foreach (var (_, owners) in weights) sets.TryAdd(KeyOf(owners), owners);
        var grown = sets.Values.ToList();
        for (var i = 0; i < grown.Count && sets.Count < MostSets; i++)
        {
            for (var k = 0; k < i; k++)
            {
                var both = grown[i].Intersect(grown[k]).ToHashSet();
                if (both.Count > 1 && sets.TryAdd(KeyOf(both), both)) grown.Add(both);
            }
        }
        // In an order of their own: the same models give the same plan.
        return sets.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new Set(
            [.. s.Value.Order().Select(i => members[i])], [.. weights.Where(w => w.Owners.IsSupersetOf(s.Value)).Select(w => w.Weight)]));
    }

    private static string KeyOf(HashSet<int> owners) => string.Join(',', owners.Order());

    /// <summary>The same weights have the same account, in whatever order they come.</summary>
    private static string AccountOf(IReadOnlyList<WeightPart> common) =>
        "weights " + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', common.Select(w => w.Sha256).Order(StringComparer.Ordinal)))))[..12];
}
