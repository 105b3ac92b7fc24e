namespace ActorPipeline.Bench.Quantizing;

/// <summary>How a process has the seed pair.</summary>
internal enum PairWay
{
    /// <summary>Not at all: models that take time on the processor and no memory stand in for it.</summary>
    None,

    /// <summary>As exported, in sessions with ONNX Runtime's defaults for memory: an arena each, memory patterns, weights packed anew.</summary>
    Plain,

    /// <summary>As the product has models: from the engine cache, under leases.</summary>
    Leased,
}
