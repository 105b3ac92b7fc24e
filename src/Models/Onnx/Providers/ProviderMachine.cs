using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Providers;

/// <summary>What there is to run models with: what ONNX Runtime was built with, and the device.</summary>
/// <param name="Providers">The library's providers by its own names.</param>
/// <param name="Version">The library's version; null where it is not known, and then every option is.</param>
/// <param name="Device">The CUDA device; null where there is none.</param>
internal sealed record ProviderMachine(IReadOnlyList<string> Providers, Version? Version, DeviceCapability? Device)
{
    // Kept for good: what this process sees of devices does not change while it lives.
    private static readonly Lazy<DeviceCapability?> ThisDevice = new(CudaDevices.Read);

    /// <summary>This machine under a library. The device is looked for only where the library could use one.</summary>
    public static ProviderMachine Of(IOnnxLibrary library)
    {
        var machine = new ProviderMachine(library.Providers, ParseVersion(library.Version), null);
        return machine.Has(ExecutionProvider.TensorRt) || machine.Has(ExecutionProvider.Cuda) ? machine with { Device = ThisDevice.Value } : machine;
    }

    /// <summary>Whether the library was built with a provider.</summary>
    public bool Has(ExecutionProvider provider) => Providers.Contains(provider switch
    {
        ExecutionProvider.TensorRt => "TensorrtExecutionProvider",
        ExecutionProvider.Cuda => "CUDAExecutionProvider",
        _ => "CPUExecutionProvider",
    });

    /// <summary>Whether the library is at least so new.</summary>
    public bool Since(int major, int minor) => Version is null || Version >= new Version(major, minor);

    /// <summary>"1.17.0-rc1" as 1.17.0.</summary>
    internal static Version? ParseVersion(string text) =>
        System.Version.TryParse(string.Concat(text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')), out var version) ? version : null;
}
