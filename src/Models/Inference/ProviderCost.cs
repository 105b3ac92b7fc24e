using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>What a provider costs a process with its first session, and never gives back: an estimate, until it is measured.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Process">Of the process's own memory: libraries.</param>
/// <param name="Device">Of the device's memory, which no reading of the process shows: its context, and kernels.</param>
public sealed record ProviderCost(ExecutionProvider Provider, Bytes Process, Bytes Device);
