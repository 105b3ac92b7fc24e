namespace ActorPipeline.Inference;

/// <summary>Weights that a model's sessions map from a file: where several models have the same, they are in memory once.</summary>
/// <param name="Sha256">What their bytes are known by.</param>
/// <param name="Length">Bytes of them.</param>
public sealed record WeightPart(string Sha256, long Length);
