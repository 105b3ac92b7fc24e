using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Managed;

/// <summary>A tensor in the process's own memory.</summary>
internal sealed unsafe class ManagedTensor : INativeTensor
{
    private bool _disposed;

    public ManagedTensor(TensorSpec spec)
    {
        Spec = spec;
        var bytes = (long)spec.Length * sizeof(float);
        Data = (IntPtr)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear((void*)Data, (nuint)bytes);
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, spec.Shape, Data, bytes);
    }

    /// <inheritdoc/>
    public TensorSpec Spec { get; }

    /// <inheritdoc/>
    public IntPtr Data { get; }

    /// <summary>The wrapper's view of it.</summary>
    public OrtValue Value { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Value.Dispose();
        NativeMemory.AlignedFree((void*)Data);
    }
}
