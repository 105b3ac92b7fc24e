using ActorPipeline.Memory;

namespace ActorPipeline.Metering;

/// <summary>What one account has charged for one purpose in one memory.</summary>
/// <param name="Account">A model's or a pipeline's name.</param>
/// <param name="Kind">What for.</param>
/// <param name="Pool">Which memory.</param>
/// <param name="Bytes">The sum of its charges.</param>
internal readonly record struct ChargeLevel(string Account, ChargeKind Kind, MemoryPool Pool, Bytes Bytes);
