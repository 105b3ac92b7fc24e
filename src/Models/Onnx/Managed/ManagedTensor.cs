using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Managed;

/// <summary>A tensor in memory that the processor reads and writes.</summary>
internal sealed unsafe class ManagedTensor : INativeTensor
{
    private readonly bool _own;
    private bool _disposed;

    private ManagedTensor(TensorSpec spec, IntPtr data, OrtValue value, bool own) => (Spec, Data, Value, _own) = (spec, data, value, own);

    /// <summary>In the process's own memory.</summary>
    public static ManagedTensor Plain(TensorSpec spec)
    {
        var bytes = spec.Bytes;
        var data = (IntPtr)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear((void*)data, (nuint)bytes);
        return new ManagedTensor(spec, data, OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, spec.Type, spec.Shape, data, bytes), own: true);
    }

    /// <summary>In memory of an allocator that outlives it, and that the processor reaches.</summary>
    /// <exception cref="OnnxRuntimeException">It has no more.</exception>
    public static ManagedTensor Of(TensorSpec spec, OrtAllocator allocator)
    {
        var value = OrtValue.CreateAllocatedTensorValue(allocator, spec.Type, spec.Shape);
        var data = Unsafe.AsPointer(ref MemoryMarshal.GetReference(value.GetTensorMutableRawData()));
        NativeMemory.Clear(data, (nuint)spec.Bytes);
        return new ManagedTensor(spec, (IntPtr)data, value, own: false);
    }

    /// <inheritdoc/>
    public TensorSpec Spec { get; }

    /// <inheritdoc/>
    public IntPtr Data { get; }

    /// <summary>The wrapper's view of it.</summary>
    public OrtValue Value { get; }

    /// <inheritdoc/>
    public INativeTensor Part(TensorSpec spec)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.Length, Spec.Length, nameof(spec));
        // Where the whole lies, so that a device copies from and to a part of pinned memory as it does with all of it.
        using var memory = Value.GetTensorMemoryInfo();
        return new ManagedTensor(spec, Data, OrtValue.CreateTensorValueWithData(memory, spec.Type, spec.Shape, Data, spec.Bytes), own: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Value.Dispose();
        if (_own) NativeMemory.AlignedFree((void*)Data);
    }

}
