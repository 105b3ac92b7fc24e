using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Providers;

namespace ActorPipeline;

/// <summary>A spec that runs where a CUDA device is found, and a build of ONNX Runtime with the provider; it takes the real models, too.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute(ExecutionProvider provider) => Skip = Why(provider);

    private static string? Why(ExecutionProvider provider)
    {
        if (CudaDevices.Read() is null) return "needs a CUDA device; none was found";
        var library = OnnxLibraries.Open(OnnxLibraries.Auto, null);
        if (!ProviderMachine.Of(library).Has(provider)) return $"needs a build of ONNX Runtime with {ProviderPlan.Name(provider)}; this one has {string.Join(", ", library.Providers)}";
        return TestData.Root is null ? TestData.Missing : null;
    }
}
