using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>A tensor's elements as floats, whatever they are.</summary>
internal static unsafe class TensorNumbers
{
    /// <summary>Copies all of a tensor's elements; whole numbers above 2^24 lose their last digits.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="into">As long as it.</param>
    public static void CopyTo(this INativeTensor tensor, Span<float> into)
    {
        switch (tensor.Spec.Type)
        {
            case TensorElementType.Int64:
                for (var i = 0; i < into.Length; i++) into[i] = ((long*)tensor.Data)[i];
                break;
            case TensorElementType.Int32:
                for (var i = 0; i < into.Length; i++) into[i] = ((int*)tensor.Data)[i];
                break;
            default:
                new ReadOnlySpan<float>((void*)tensor.Data, tensor.Spec.Length).CopyTo(into);
                break;
        }
    }
}
