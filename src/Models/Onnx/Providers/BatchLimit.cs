using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

/// <summary>How many crops one run takes at most by what runs it. Pure.</summary>
internal static class BatchLimit
{
    /// <summary>The largest of <see cref="BatchSizes"/>; 1 for a detector and for a model whose batch is fixed.</summary>
    /// <param name="card">The model.</param>
    /// <param name="hasFreeBatch">Whether its batch is free.</param>
    /// <param name="provider">What runs it.</param>
    /// <param name="machine">What there is.</param>
    public static int Of(ModelCard card, bool hasFreeBatch, ExecutionProvider provider, ProviderMachine machine) =>
        card.IsDetector || !hasFreeBatch ? 1
        : provider != ExecutionProvider.TensorRt ? BatchSizes.Most
        // Beyond what its engine was built for TensorRT would build another inside the run; without profiles it does so for each size.
        : TensorRtOptions.HasProfiles(machine) ? BatchSizes.Floor(card.Device.Batch.Max()) : 1;
}
