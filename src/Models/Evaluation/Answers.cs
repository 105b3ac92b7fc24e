using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>What a model said of one picture.</summary>
/// <param name="Picture">The picture's name in its <see cref="PictureSet"/>.</param>
/// <param name="Detections">A detector's, best first, boxes in pixels of the picture; empty for a classifier.</param>
/// <param name="Classes">A classifier's classes, the best first; empty for a detector.</param>
internal sealed record Answer(string Picture, IReadOnlyList<Detection> Detections, IReadOnlyList<int> Classes);
