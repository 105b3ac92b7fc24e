using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>A labelled object in a picture.</summary>
/// <param name="ClassIndex">Its class.</param>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Crowd">A region of many: finding it is neither right nor wrong.</param>
internal sealed record TruthBox(int ClassIndex, BoundingBox Box, bool Crowd);
