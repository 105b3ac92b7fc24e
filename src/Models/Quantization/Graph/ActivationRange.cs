namespace ActorPipeline.Quantization;

/// <summary>The numbers that an activation is expected to take.</summary>
internal readonly record struct ActivationRange(float Min, float Max);
