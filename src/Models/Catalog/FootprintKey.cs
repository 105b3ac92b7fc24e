namespace ActorPipeline.Catalog;

/// <summary>What a footprint was measured of: the same model needs something else on another provider, in another precision or batch.</summary>
/// <param name="ModelHash">The model's content, as <see cref="ModelFingerprint"/> prints it: a file that changes has no record, one that only moves keeps its own.</param>
/// <param name="Provider">What ran it.</param>
/// <param name="Precision">"fp32", "fp16" or "int8".</param>
/// <param name="Batch">Pictures that it is sure to run on at once; at least 1. What larger batches cost is in the record, beside what they are compared with.</param>
public sealed record FootprintKey(string ModelHash, ExecutionProvider Provider, string Precision, int Batch);
