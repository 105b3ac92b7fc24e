using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Capi;

/// <summary>The numbers of the C interface, held to those that the managed wrapper's own table has.</summary>
public sealed class CapiFunctionSpecs
{
    // SessionOptionsAppendExecutionProvider_MIGraphX: the first place that version 11 may lack.
    private const int EndOfVersion11 = 209;

    [Fact]
    public void Should_stand_where_the_table_has_it_when_a_function_is_named()
    {
        foreach (var function in Enum.GetValues<CapiFunction>())
        {
            Assert.Equal((int)function, (int)Marshal.OffsetOf<OrtApi>(function.ToString()) / IntPtr.Size);
            Assert.InRange((int)function, 0, EndOfVersion11 - 1);
        }
    }

    [Fact]
    public void Should_have_the_wrappers_words_when_an_error_has_a_code()
    {
        var codes = (string[])typeof(CapiApi).GetField("Codes", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        var words = typeof(InferenceSession).Assembly.GetType("Microsoft.ML.OnnxRuntime.ErrorCode")!;
        Assert.NotEmpty(Enum.GetValuesAsUnderlyingType(words));
        foreach (int code in Enum.GetValuesAsUnderlyingType(words)) Assert.Equal(Enum.GetName(words, code), codes[code]);
    }

    [Fact]
    public void Should_have_the_natives_numbers_when_an_element_type_is_named() =>
        // ONNX_TENSOR_ELEMENT_DATA_TYPE_*, which never change.
        Assert.Equal((1, 7, 10, 16), ((int)TensorElementType.Float, (int)TensorElementType.Int64, (int)TensorElementType.Float16, (int)TensorElementType.BFloat16));
}
