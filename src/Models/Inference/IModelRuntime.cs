using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>Loads models. The product's is ONNX Runtime; specs and simulations use the synthetic one.</summary>
public interface IModelRuntime
{
    /// <summary>Loads a model; blocks. The result is an <see cref="IDetector"/> or an <see cref="IClassifier"/>, as the card's kind says.</summary>
    /// <param name="card">The model.</param>
    /// <param name="cancellation">Asks a load to stop; noticed between its phases.</param>
    /// <exception cref="ModelLoadException">The model cannot be had; the message is meant for people.</exception>
    ILoadedModel Load(ModelCard card, CancellationToken cancellation);

    /// <summary>What a model without a declared footprint is taken to need, from its file alone.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read.</exception>
    Footprint Estimate(ModelCard card);
}
