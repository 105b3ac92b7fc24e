using ActorPipeline.Catalog;

namespace ActorPipeline.Pipeline;

/// <summary>What a classifier of a pipeline looks at, where that is not every crop as it is.</summary>
public sealed record ClassifierUse
{
    /// <summary>Classes of the detector that it looks at; empty means all.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>
    /// The classifier of the same pipeline that first says which way up a crop is: where it is sure of its second class, the crop is turned
    /// half round. Null for none.
    /// </summary>
    public ModelId? Upright { get; init; }
}
