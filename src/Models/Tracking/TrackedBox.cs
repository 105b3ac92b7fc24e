using ActorPipeline.Vision;

namespace ActorPipeline.Tracking;

/// <summary>Where an object should be on a frame that the detector does not look at.</summary>
/// <param name="Track">The object.</param>
/// <param name="Detection">The box where it should be, in pixels of the frame; class and score are those of when it was last seen.</param>
public readonly record struct TrackedBox(TrackId Track, Detection Detection);
