using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>
/// A piece of work that was answered, with pixels of its own, to be run again by another model: what the one said of them, and the work for
/// the other.
/// </summary>
public sealed class WorkSample
{
    internal WorkSample(DetectWork work, IReadOnlyList<Detection> found) => (Work, Found) = (work, found);

    internal WorkSample(ClassifyWork work, IReadOnlyList<Classification[]> labels) => (Work, Labels) = (work, labels);

    /// <summary>To be run again; it has its hold, which who runs it lets go.</summary>
    public LaneWork Work { get; }

    /// <summary>What a detector had found, best first; empty for a classifier.</summary>
    internal IReadOnlyList<Detection> Found { get; } = [];

    /// <summary>What a classifier had said of each crop, best first; empty for a detector.</summary>
    internal IReadOnlyList<Classification[]> Labels { get; } = [];
}
