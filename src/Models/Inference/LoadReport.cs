using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>What a load found out about a model.</summary>
/// <param name="Provider">The execution provider that runs it.</param>
/// <param name="ProviderReason">Why that one: what was tried before it and what was missing.</param>
/// <param name="Precision">"fp32", "fp16" or "int8".</param>
/// <param name="InputWidth">Pixels across its input.</param>
/// <param name="InputHeight">Pixels down its input.</param>
/// <param name="Classes">Classes it knows; zero where neither its outputs nor a label list tell.</param>
/// <param name="Labels">Their names.</param>
/// <param name="LoadTime">How long the load took.</param>
public sealed record LoadReport(
    ExecutionProvider Provider,
    string ProviderReason,
    string Precision,
    int InputWidth,
    int InputHeight,
    int Classes,
    LabelList Labels,
    TimeSpan LoadTime)
{
    /// <summary>Where its engine came from. A load that built it besides took more than the loads after it will.</summary>
    public EngineUse Engine { get; init; }

    /// <summary>What it found out about each classifier of a merged model, in the order of its heads; empty for every other model.</summary>
    public IReadOnlyList<HeadReport> Heads { get; init; } = [];

    /// <summary>Which form of the model it is; empty where its holder has not said.</summary>
    public string Variant { get; init; } = "";
}
