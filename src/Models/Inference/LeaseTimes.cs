namespace ActorPipeline.Inference;

/// <summary>How a model came into memory, on the actors' clock.</summary>
/// <param name="Asked">When its lease was asked for.</param>
/// <param name="Granted">When it was granted.</param>
/// <param name="Ready">When the model was loaded.</param>
public sealed record LeaseTimes(TimeSpan Asked, TimeSpan Granted, TimeSpan Ready);
