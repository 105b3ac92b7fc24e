using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx.Providers;

/// <summary>
/// What a model needs on a device, guessed from its file on the safe side; nothing of it was measured on one. The device's part is always in
/// the device's pool: where that is the host's, whoever counts adds it there. Pure.
/// </summary>
internal static class DeviceEstimate
{
    /// <summary>Pinned inputs and outputs of a lane.</summary>
    private static readonly Bytes Staging = Bytes.MiB(4);

    /// <summary>The footprint.</summary>
    /// <param name="card">The model.</param>
    /// <param name="fileBytes">Its file's length.</param>
    /// <param name="provider">What is to run it.</param>
    /// <param name="hasFreeBatch">Whether its engine is built for <see cref="DeviceSettings.Batch"/>: its one context has memory for the largest.</param>
    public static Footprint Of(ModelCard card, long fileBytes, ExecutionProvider provider, bool hasFreeBatch = false)
    {
        var (weights, activations, scratch) = (new Bytes(fileBytes), Activations(card), card.Device.Workspace);
        if (provider == ExecutionProvider.TensorRt && hasFreeBatch) activations *= card.Device.Batch.Max();
        return provider == ExecutionProvider.TensorRt
            // The engine is read whole, then lies on the device; its one context holds activations and scratch memory for all lanes.
            ? Host(Bytes.MiB(12) + (weights * 2), Bytes.MiB(6) + weights).Beside(Own((weights * 2) + activations + scratch, weights + activations + scratch, Bytes.Zero))
            // Parsed and copied on the host as for the processor, but without its packed weights; cuDNN's scratch memory comes with each run.
            : Host(Bytes.MiB(12) + (weights * 3), Bytes.MiB(6) + weights).Beside(Own((weights * 2) + scratch, weights + scratch, activations));
    }

    /// <summary>
    /// The peak of building an engine: the parsed network and the engine on the host, both with all weights, and the builder; on the
    /// device the weights of what is timed and of the engine, beside activations and the workspace.
    /// </summary>
    public static (Bytes Host, Bytes Device) Build(ModelCard card, long fileBytes, bool hasFreeBatch = false)
    {
        var weights = new Bytes(fileBytes);
        return (Bytes.MiB(64) + (weights * 4), (weights * 2) + (Activations(card) * (hasFreeBatch ? card.Device.Batch.Max() : 1)) + card.Device.Workspace);
    }

    /// <summary>
    /// What the provider costs the process: NVIDIA's own word is 600 to 800 MB for TensorRT with cuDNN and cuBLAS, of which a context alone
    /// keeps about 320; without the two it is less than half.
    /// </summary>
    public static ProviderCost Cost(ModelCard card, ProviderMachine machine, DeviceCapability device, ExecutionProvider provider)
    {
        var lean = provider == ExecutionProvider.TensorRt && TensorRtOptions.IsLean(card.Device, device) && !DevicePlan.HasCudaBeside(card, machine);
        return lean ? new ProviderCost(provider, Bytes.MiB(100), Bytes.MiB(200))
            : provider == ExecutionProvider.TensorRt ? new ProviderCost(provider, Bytes.MiB(200), Bytes.MiB(400))
            : new ProviderCost(provider, Bytes.MiB(150), Bytes.MiB(320));
    }

    private static Bytes Activations(ModelCard card) => Bytes.MiB(card.IsDetector ? 24 : 16);

    private static Footprint Host(Bytes load, Bytes resident) => Estimated(MemoryPool.Host, load, resident, Staging);

    private static Footprint Own(Bytes load, Bytes resident, Bytes run) => Estimated(MemoryPool.Device(0), load, resident, run);

    private static Footprint Estimated(MemoryPool pool, Bytes load, Bytes resident, Bytes run) =>
        Footprint.Declared(load, resident, run, pool) with { Source = FootprintSource.Estimated };
}
