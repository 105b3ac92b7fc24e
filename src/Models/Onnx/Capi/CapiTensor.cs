using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A tensor in memory that the processor reads and writes.</summary>
internal sealed unsafe class CapiTensor : INativeTensor
{
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private readonly CapiApi _api;
    private readonly bool _own;
    private bool _disposed;

    private CapiTensor(CapiApi api, TensorSpec spec, IntPtr data, IntPtr value, bool own) => (_api, Spec, Data, Value, _own) = (api, spec, data, value, own);

    /// <summary>In the process's own memory.</summary>
    public static CapiTensor Plain(CapiApi api, TensorSpec spec)
    {
        var bytes = spec.Bytes;
        var data = (IntPtr)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear((void*)data, (nuint)bytes);
        try
        {
            return new CapiTensor(api, spec, data, Over(api, spec, data), own: true);
        }
        catch
        {
            NativeMemory.AlignedFree((void*)data);
            throw;
        }
    }

    /// <summary>In memory of an allocator that outlives it, and that the processor reaches.</summary>
    /// <exception cref="OnnxCallException">It has no more.</exception>
    public static CapiTensor Of(CapiApi api, TensorSpec spec, IntPtr allocator)
    {
        IntPtr value;
        fixed (long* shape = spec.Shape) value = api.Get(CapiFunction.CreateTensorAsOrtValue, allocator, (IntPtr)shape, spec.Shape.Length, (int)spec.Type);
        var data = api.Get(CapiFunction.GetTensorMutableData, value);
        NativeMemory.Clear((void*)data, (nuint)spec.Bytes);
        return new CapiTensor(api, spec, data, value, own: false);
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
    /// <remarks>A part of pinned memory is said to be plain memory: that is true as well, and costs a copy by the driver.</remarks>
    public INativeTensor Part(TensorSpec spec)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.Length, Spec.Length, nameof(spec));
        return new CapiTensor(_api, spec, Data, Over(_api, spec, Data), own: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _api.Release(CapiFunction.ReleaseValue, Value);
        if (_own) NativeMemory.AlignedFree((void*)Data);
    }

    private static IntPtr Over(CapiApi api, TensorSpec spec, IntPtr data)
    {
        var memory = ProcessMemory(api);
        try
        {
            return api.TensorOver(memory, data, spec.Bytes, spec.Shape, (int)spec.Type);
        }
        finally
        {
            api.Release(CapiFunction.ReleaseMemoryInfo, memory);
        }
    }

}
