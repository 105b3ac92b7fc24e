using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

/// <summary>One provider of a card, looked at before anything is opened.</summary>
/// <param name="Provider">Which.</param>
internal abstract record ProviderOption(ExecutionProvider Provider);

/// <summary>It may run the model.</summary>
/// <param name="Provider">Which.</param>
/// <param name="Precision">What it computes in: "fp32", "fp16" or "int8".</param>
/// <param name="Note">What is not as the card has it, or may surprise; empty for nothing.</param>
internal sealed record ProviderCandidate(ExecutionProvider Provider, string Precision, string Note = "") : ProviderOption(Provider);

/// <summary>It cannot, or not as the card wants it.</summary>
/// <param name="Provider">Which.</param>
/// <param name="Why">One clause for people.</param>
internal sealed record ProviderRejection(ExecutionProvider Provider, string Why) : ProviderOption(Provider);

/// <summary>A card's providers in its order, each with what it would run the model in or why it cannot.</summary>
/// <param name="All">A provider may be rejected in one precision and be a candidate in the next.</param>
internal sealed record ProviderChoices(IReadOnlyList<ProviderOption> All)
{
    /// <summary>What may be tried, best first.</summary>
    public IEnumerable<ProviderCandidate> Candidates => All.OfType<ProviderCandidate>();

    /// <summary>What cannot be had, and why.</summary>
    public IEnumerable<ProviderRejection> Rejections => All.OfType<ProviderRejection>();

    /// <summary>Looks at a card's providers.</summary>
    public static ProviderChoices Of(ModelCard card, ModelFacts model, ProviderMachine machine) =>
        new([.. card.Providers.Distinct().SelectMany(provider => Options(provider, card, model, machine))]);

    private static IEnumerable<ProviderOption> Options(ExecutionProvider provider, ModelCard card, ModelFacts model, ProviderMachine machine)
    {
        if (provider == ExecutionProvider.Cpu) return [new ProviderCandidate(provider, model.Precision)];
        if (!machine.Has(provider)) return [new ProviderRejection(provider, "not in this build")];
        if (machine.Device is not { } device) return [new ProviderRejection(provider, "no CUDA device was found")];
        return provider == ExecutionProvider.TensorRt ? DevicePrecisions.OfTensorRt(card.Device, model, device) : DevicePrecisions.OfCuda(card.Device, model);
    }
}
