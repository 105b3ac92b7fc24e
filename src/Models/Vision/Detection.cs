namespace ActorPipeline.Vision;

/// <summary>One object a detector found.</summary>
/// <param name="Box">Where, in pixels of the frame.</param>
/// <param name="ClassIndex">Index into the detector's labels.</param>
/// <param name="Score">Confidence, 0 to 1.</param>
public readonly record struct Detection(BoundingBox Box, int ClassIndex, float Score);
