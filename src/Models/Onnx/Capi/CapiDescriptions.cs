using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Capi;

/// <summary>Reads what a session takes and gives.</summary>
internal static unsafe class CapiDescriptions
{
    private const int Tensor = 1;

    /// <summary>What it takes.</summary>
    public static TensorDescription[] Inputs(CapiApi api, IntPtr session) =>
        All(api, session, CapiFunction.SessionGetInputCount, CapiFunction.SessionGetInputName, CapiFunction.SessionGetInputTypeInfo);

    /// <summary>What it gives.</summary>
    public static TensorDescription[] Outputs(CapiApi api, IntPtr session) =>
        All(api, session, CapiFunction.SessionGetOutputCount, CapiFunction.SessionGetOutputName, CapiFunction.SessionGetOutputTypeInfo);

    private static TensorDescription[] All(CapiApi api, IntPtr session, CapiFunction count, CapiFunction name, CapiFunction type)
    {
        var all = new TensorDescription[api.Get(count, session)];
        for (var i = 0; i < all.Length; i++)
        {
            var info = api.Get(type, session, i);
            try
            {
                all[i] = Describe(api, Name(api, session, name, i), info);
            }
            finally
            {
                api.Release(CapiFunction.ReleaseTypeInfo, info);
            }
        }
        return all;
    }

    private static string Name(CapiApi api, IntPtr session, CapiFunction function, int index)
    {
        // The library's own, which nobody lets go of.
        var allocator = api.Get(CapiFunction.GetAllocatorWithDefaultOptions);
        var text = api.Get(function, session, index, allocator);
        try
        {
            return Marshal.PtrToStringUTF8(text) ?? "";
        }
        finally
        {
            api.Call(CapiFunction.AllocatorFree, allocator, text);
        }
    }

    private static TensorDescription Describe(CapiApi api, string name, IntPtr info)
    {
        if (api.Get(CapiFunction.GetOnnxTypeFromTypeInfo, info) != Tensor) return new TensorDescription(name, null, []);
        // A part of the information around it, let go with that.
        var tensor = api.Get(CapiFunction.CastTypeInfoToTensorInfo, info);
        var shape = new long[api.Get(CapiFunction.GetDimensionsCount, tensor)];
        fixed (long* dimensions = shape)
            if (shape.Length > 0) api.Call(CapiFunction.GetDimensions, tensor, (IntPtr)dimensions, shape.Length);
        return new TensorDescription(name, (TensorElementType)(int)api.Get(CapiFunction.GetTensorElementType, tensor), shape);
    }
}
