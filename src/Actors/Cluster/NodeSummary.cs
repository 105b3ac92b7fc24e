namespace ActorPipeline.Cluster;

/// <summary>What a node says of itself to all others. Versioned by its owner's own counter; no clock of one node is compared with another's.</summary>
/// <param name="Node">Who.</param>
/// <param name="Counter">Higher is newer, within a life of the node.</param>
/// <param name="Address">Where its crop desk is: an actor path with address.</param>
/// <param name="Free">Bytes of its budget that nobody holds.</param>
/// <param name="Load">Share of its lanes' time that was used of late, 0 to 1.</param>
/// <param name="Leaving">It takes no hand-offs any more.</param>
/// <param name="Minor">The protocol's minor version that it speaks.</param>
/// <param name="Models">Models it serves; at most <see cref="MostModels"/>.</param>
public sealed record NodeSummary(
    NodeKey Node, long Counter, string Address, Bytes Free, double Load, bool Leaving, int Minor, IReadOnlyList<HeldModel> Models)
{
    /// <summary>More are not told: a summary stays small.</summary>
    public const int MostModels = 32;
}

/// <summary>A model that a node serves.</summary>
/// <param name="Model">Which.</param>
/// <param name="Ready">Whether it is in memory.</param>
/// <param name="Queue">How long a piece that came now would wait for a lane.</param>
/// <param name="RunPerCrop">Lane time of one crop; zero where nobody knows yet.</param>
/// <param name="Load">How long it takes to load it where it is not in memory, the wait for its lease included; zero where nobody knows yet.</param>
public sealed record HeldModel(SharedModel Model, bool Ready, TimeSpan Queue, TimeSpan RunPerCrop, TimeSpan Load);
