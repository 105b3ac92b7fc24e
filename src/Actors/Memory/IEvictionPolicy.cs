using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>A loaded model as a policy sees it.</summary>
/// <param name="Lease">Its lease.</param>
/// <param name="Model">The model.</param>
/// <param name="Bytes">What yielding it would free.</param>
/// <param name="Queued">Pieces of work that wait for it or run.</param>
/// <param name="Foreseen">Frames that can still reach it without a lease not now held.</param>
/// <param name="LastUsed">When it last had work.</param>
public readonly record struct Residency(LeaseId Lease, ModelId Model, PoolVector Bytes, int Queued, int Foreseen, TimeSpan LastUsed)
{
    /// <summary>What loading it again would take; zero where no load was seen yet.</summary>
    public TimeSpan ReloadTime { get; init; }

    /// <summary>How long it is not wanted between two times that it is, smoothed (<see cref="ModelHistory"/>); null where no such time was seen.</summary>
    public TimeSpan? MeanInterval { get; init; }

    /// <summary>When the oldest piece of its work is due; null for no deadline.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Its priority; higher is worth more.</summary>
    public int Priority { get; init; }

    /// <summary>Whether anything is known to want it.</summary>
    public bool Wanted => Queued + Foreseen > 0;
}

/// <summary>Chooses who yields. Pure: it never logs, never reads a clock and remembers nothing.</summary>
public interface IEvictionPolicy
{
    /// <summary>Models that must yield so that <paramref name="missing"/> bytes become free.</summary>
    /// <param name="missing">What does not fit, pool by pool.</param>
    /// <param name="candidates">Models that may be asked.</param>
    /// <param name="now">The present.</param>
    /// <param name="victims">Gets a sufficient set; left as it is where even all of them do not suffice.</param>
    /// <returns>Whether a sufficient set was found.</returns>
    bool TryChoose(PoolVector missing, ReadOnlySpan<Residency> candidates, TimeSpan now, List<LeaseId> victims);
}
