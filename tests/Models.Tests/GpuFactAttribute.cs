using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Managed;
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
        OnnxEnvironment.Ensure(TinyOnnx.Card("none.onnx"), null);
        if (!ProviderMachine.Of(ManagedLibrary.Instance).Has(provider)) return $"needs a build of ONNX Runtime with {ProviderPlan.Name(provider)}; this one has {string.Join(", ", ManagedLibrary.Instance.Providers)}";
        return TestData.Root is null ? TestData.Missing : null;
    }
}
