using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx.Providers;

/// <summary>What a model's file tells where a device is to run it. Pure but for reading the file.</summary>
internal static class DeviceInspection
{
    /// <summary>The inspection with the device's numbers, where the first provider that may run the model is a device's; else as it is.</summary>
    public static ModelInspection Of(ModelCard card, long fileBytes, ModelInspection inspection, ProviderMachine machine)
    {
        if (machine.Device is not { } device) return inspection;
        var facts = ModelFacts.Read(card);
        var first = ProviderChoices.Of(card, facts, machine).Candidates.FirstOrDefault();
        if (first is null or { Provider: ExecutionProvider.Cpu }) return inspection;
        var build = first.Provider == ExecutionProvider.TensorRt ? DeviceEstimate.Build(card, fileBytes, facts.HasFreeBatch) : default;
        return inspection with
        {
            Footprint = card.Footprint ?? DeviceEstimate.Of(card, fileBytes, first.Provider, facts.HasFreeBatch),
            Build = build.Host, DeviceBuild = build.Device,
            DeviceMemory = device.Unified ? Bytes.Zero : device.Memory,
            Cost = DeviceEstimate.Cost(card, machine, device, first.Provider),
        };
    }
}
