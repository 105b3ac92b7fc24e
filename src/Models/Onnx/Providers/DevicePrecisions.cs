using ActorPipeline.Catalog;
using ActorPipeline.Device;

namespace ActorPipeline.Onnx.Providers;

/// <summary>
/// What a device runs a model in. Less than the card asks for is a candidate only where the card allows it, and is always said: a model
/// that was to run in INT8 must not come out as FP32 without a word. Pure.
/// </summary>
internal static class DevicePrecisions
{
    private const ExecutionProvider TensorRt = ExecutionProvider.TensorRt, Cuda = ExecutionProvider.Cuda;

    /// <summary>TensorRT's: at most one candidate, after what is refused on the way down to it.</summary>
    public static IEnumerable<ProviderOption> OfTensorRt(DeviceSettings wanted, ModelFacts model, DeviceCapability device)
    {
        if (model.Precision == "int8") return [Quantised(wanted, model, device)];
        return wanted.Precision switch
        {
            DevicePrecision.Fp32 => [new ProviderCandidate(TensorRt, "fp32")],
            DevicePrecision.Auto => [device.Compute.HasFastFp16
                ? new ProviderCandidate(TensorRt, "fp16")
                : new ProviderCandidate(TensorRt, "fp32", $"{SlowFp16(device)}")],
            DevicePrecision.Int8 => [
                new ProviderRejection(TensorRt, device.Compute.HasInt8
                    ? "int8 needs a model with QuantizeLinear and DequantizeLinear nodes, and this one has none"
                    : NoInt8(device)),
                .. wanted.AllowFallback ? Halves(wanted, device) : []],
            _ => Halves(wanted, device),
        };
    }

    /// <summary>CUDA computes in what the file has; quantised operators it has none of.</summary>
    public static IEnumerable<ProviderOption> OfCuda(DeviceSettings wanted, ModelFacts model)
    {
        var lower = wanted.Precision is DevicePrecision.Fp16 or DevicePrecision.Int8;
        if (lower && !wanted.AllowFallback)
            return [new ProviderRejection(Cuda, $"it would compute in fp32, and the card allows nothing but {Word(wanted.Precision)}")];
        var note = model.Precision == "int8" ? "computes quantised layers in fp32" : lower ? $"computes in fp32, as the file has it, not in {Word(wanted.Precision)}" : "";
        return [new ProviderCandidate(Cuda, "fp32", note)];
    }

    /// <summary>A quantised model has no other form: its nodes say where it rounds.</summary>
    private static ProviderOption Quantised(DeviceSettings wanted, ModelFacts model, DeviceCapability device)
    {
        if (!model.HasQdq) return new ProviderRejection(TensorRt, "the model is quantised with the processor's operators; TensorRT reads QuantizeLinear and DequantizeLinear nodes alone");
        if (!device.Compute.HasInt8) return new ProviderRejection(TensorRt, NoInt8(device));
        if (wanted.Precision is DevicePrecision.Auto or DevicePrecision.Int8) return new ProviderCandidate(TensorRt, "int8");
        var not = $"the model is quantised, so that it cannot run in {Word(wanted.Precision)}";
        return wanted.AllowFallback ? new ProviderCandidate(TensorRt, "int8", not) : new ProviderRejection(TensorRt, not);
    }

    private static IEnumerable<ProviderOption> Halves(DeviceSettings wanted, DeviceCapability device)
    {
        if (device.Compute.HasFastFp16) return [new ProviderCandidate(TensorRt, "fp16")];
        return [new ProviderRejection(TensorRt, SlowFp16(device)), .. wanted.AllowFallback ? (ProviderOption[])[new ProviderCandidate(TensorRt, "fp32")] : []];
    }

    private static string NoInt8(DeviceCapability device) =>
        $"no int8 on {device.Name}: it has compute capability {device.Compute}, and INT8 needs 6.1, or 7.0 and up";

    private static string SlowFp16(DeviceCapability device) =>
        $"no fp16 on {device.Name}: with compute capability {device.Compute} it is slower than fp32";

    private static string Word(DevicePrecision precision) => precision.ToString().ToLowerInvariant();
}
