using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Capi;

/// <summary>One weight of equal numbers, which counts how often it was let go.</summary>
internal sealed unsafe class MadeWeights : IMappedWeights
{
    private readonly IntPtr _data;

    public MadeWeights(string name, float value, int count)
    {
        _data = (IntPtr)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), 64);
        new Span<float>((void*)_data, count).Fill(value);
        All = [new MappedWeight(name, TensorElementType.Float, [3, 3, 1, 1], _data, count * sizeof(float))];
    }

    public int Disposed { get; private set; }

    public IReadOnlyList<MappedWeight> All { get; }

    public void Dispose()
    {
        if (Disposed++ == 0) NativeMemory.AlignedFree((void*)_data);
    }
}
