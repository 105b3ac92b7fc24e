using System.Buffers;

namespace ActorPipeline.Memory;

/// <summary>
/// The cheapest set that makes room. What a model is worth in memory is what loading it again takes, over the time until it is likely
/// wanted (<see cref="KeepValue"/>). Few candidates are tried in every combination; of many those are taken that are worth least for
/// each byte that is short, what turns out superfluous is spared, and a single model that is cheaper than all of them goes instead.
/// </summary>
/// <remarks>Needs nothing but what it is given; allocates nothing. For n candidates and k victims it takes time n x k.</remarks>
public sealed class CostAware : IEvictionPolicy
{
    /// <summary>So few candidates are tried in every combination.</summary>
    private const int TriedInFull = 10;

    /// <inheritdoc/>
    public bool TryChoose(PoolVector missing, ReadOnlySpan<Residency> candidates, TimeSpan now, List<LeaseId> victims)
    {
        if (missing.FitsIn(PoolVector.Zero)) return true;
        var length = (candidates.Length + 2) * Cover.PoolsOf(missing);
        var scratch = ArrayPool<long>.Shared.Rent(length);
        var worth = ArrayPool<double>.Shared.Rent(candidates.Length);
        var chosen = ArrayPool<bool>.Shared.Rent(candidates.Length);
        try
        {
            var values = worth.AsSpan(0, candidates.Length);
            KeepValue.Of(candidates, now, values);
            var cover = new Cover(missing, candidates, values, scratch.AsSpan(0, length), chosen.AsSpan(0, candidates.Length));
            if (!cover.IsPossible) return false;
            if (candidates.Length <= TriedInFull) cover.TryAll();
            else cover.Greedy();
            for (var i = 0; i < candidates.Length; i++)
                if (chosen[i]) victims.Add(candidates[i].Lease);
            return true;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(scratch);
            ArrayPool<double>.Shared.Return(worth);
            ArrayPool<bool>.Shared.Return(chosen);
        }
    }
}
