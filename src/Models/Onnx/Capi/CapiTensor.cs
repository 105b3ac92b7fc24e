using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A tensor in the process's own memory.</summary>
internal sealed unsafe class CapiTensor : INativeTensor
{
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private readonly CapiApi _api;
    private bool _disposed;

    public CapiTensor(CapiApi api, TensorSpec spec)
    {
        _api = api;
        Spec = spec;
        var bytes = (long)spec.Length * sizeof(float);
        Data = (IntPtr)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear((void*)Data, (nuint)bytes);
        IntPtr memory = 0;
        try
        {
            memory = ProcessMemory(api);
            Value = api.TensorOver(memory, Data, bytes, spec.Shape, (int)TensorElementType.Float);
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            api.Release(CapiFunction.ReleaseMemoryInfo, memory);
        }
    }

    /// <inheritdoc/>
    public TensorSpec Spec { get; }

    /// <inheritdoc/>
    public IntPtr Data { get; }

    /// <summary>ONNX Runtime's view of it.</summary>
    public IntPtr Value { get; }

    /// <summary>ONNX Runtime's words for the process's own memory; for <see cref="CapiFunction.ReleaseMemoryInfo"/> to let go.</summary>
    public static IntPtr ProcessMemory(CapiApi api) => api.Get(CapiFunction.CreateCpuMemoryInfo, DeviceAllocator, DefaultMemory);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _api.Release(CapiFunction.ReleaseValue, Value);
        NativeMemory.AlignedFree((void*)Data);
    }
}
