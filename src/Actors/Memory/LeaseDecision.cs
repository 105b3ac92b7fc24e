using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>A model that was looked at when room was to be made.</summary>
/// <param name="Model">Which.</param>
/// <param name="Bytes">What its yielding would free.</param>
/// <param name="Wanted">Pieces of work and frames that are known to want it.</param>
/// <param name="ReloadTime">What loading it again takes; zero where no load was seen.</param>
/// <param name="Spared">Why it could not be asked ("its turn lasts until ...", "pinned", "yields already"); null where it could.</param>
/// <param name="Chosen">Whether it was asked to yield.</param>
public sealed record ConsideredModel(ModelId Model, PoolVector Bytes, int Wanted, TimeSpan ReloadTime, string? Spared, bool Chosen);

/// <summary>What a decision to make room was made by.</summary>
/// <param name="For">The model that waits; null where a lowered budget is to be kept.</param>
/// <param name="Need">What it needs; for a lowered budget what is charged beyond it.</param>
/// <param name="Free">What was free of the effective budget.</param>
/// <param name="Considered">The models that were looked at, at most <see cref="Most"/> of them, chosen ones first.</param>
public sealed record LeaseDecision(ModelId? For, PoolVector Need, PoolVector Free, IReadOnlyList<ConsideredModel> Considered)
{
    /// <summary>So many models are told of at most: a decision's size does not grow with the number of leases.</summary>
    public const int Most = 16;
}

/// <summary>Why a model is or is not in memory.</summary>
/// <param name="Model">The model.</param>
/// <param name="State">"resident", "loading", "leaving", "stuck", "waiting" or "not requested".</param>
/// <param name="Holds">What its lease covers; nothing without one.</param>
/// <param name="Need">What it waits for; nothing where it does not wait.</param>
/// <param name="Budget">The effective budget.</param>
/// <param name="Free">What is free of it.</param>
/// <param name="Ahead">Requests that are served before its own.</param>
/// <param name="Considered">The models that would have to yield for it, and why they do or do not.</param>
/// <param name="Text">All that in a sentence, for people.</param>
public sealed record ModelExplanation(
    ModelId Model, string State, PoolVector Holds, PoolVector Need, PoolVector Budget, PoolVector Free, int Ahead, IReadOnlyList<ConsideredModel> Considered, string Text);
