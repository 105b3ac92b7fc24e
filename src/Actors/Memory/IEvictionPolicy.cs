using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>A loaded model as a policy sees it.</summary>
/// <param name="Lease">Its lease.</param>
/// <param name="Model">The model.</param>
/// <param name="Bytes">What yielding it would free.</param>
/// <param name="Demand">Queued, running and foreseen work.</param>
/// <param name="LastUsed">When it last had work.</param>
public sealed record Residency(LeaseId Lease, ModelId Model, PoolVector Bytes, int Demand, TimeSpan LastUsed);

/// <summary>Chooses who yields. Pure: it never logs and never reads a clock.</summary>
public interface IEvictionPolicy
{
    /// <summary>Models that must yield so that <paramref name="missing"/> bytes become free.</summary>
    /// <param name="missing">What does not fit, pool by pool.</param>
    /// <param name="candidates">Models whose turn is over.</param>
    /// <returns>A sufficient set, or nothing where even all of them do not suffice.</returns>
    IReadOnlyList<Residency> VictimsFor(PoolVector missing, IReadOnlyList<Residency> candidates);
}
