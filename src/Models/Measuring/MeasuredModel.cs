using ActorPipeline.Catalog;

namespace ActorPipeline.Measuring;

/// <summary>What measuring a model came to.</summary>
/// <param name="Key">Under which it is to be kept.</param>
/// <param name="Record">The numbers.</param>
/// <param name="ProviderReason">Which provider ran it, and what was missing for those before it.</param>
public sealed record MeasuredModel(FootprintKey Key, FootprintRecord Record, string ProviderReason)
{
    /// <summary>Which batch is worth it where there is memory for it, and why.</summary>
    public BatchChoice Batching { get; init; } = new(1, "");
}
