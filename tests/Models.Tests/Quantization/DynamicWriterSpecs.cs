using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>Matrix products that find ranges at each run: what ONNX Runtime makes of them, and that they compute nearly the same.</summary>
public sealed class DynamicWriterSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Gemm", false, true)]
    [InlineData("Gemm", true, true)]
    [InlineData("Gemm", false, false)]
    [InlineData("MatMul", false, false)]
    public void Should_become_one_integer_kernel_near_the_float_product_when_it_is_quantised(string op, bool turned, bool biased)
    {
        var made = new MadeGraph(14).Input("x", 4, 64).Output("y", 4, 32).Noise("w", turned ? [32, 64] : [64, 32]).Noise("b", 32)
            .Node(op, biased ? "x w b" : "x w", "y", turned ? [Nodes.Attribute("transB", 1L)] : []);
        var written = DynamicWriter.Write(made.Model, Plan("y"));
        Assert.Equal(["DynamicQuantizeMatMul"], Optimised(written));
        Near(made.Model, written);
        Assert.Equal(32, written.Graph.Initializer.Single(i => i.Name == "w_scale").Floats()!.Length);
        Assert.DoesNotContain(written.Graph.Initializer, i => i.DataType == Tensors.Float && i.Dims.Count > 1);
    }

    [Fact]
    public void Should_quantise_a_value_once_when_several_products_take_it()
    {
        var made = new MadeGraph(14).Input("x", 4, 64).Output("y", 4, 32).Noise("w", 64, 32).Noise("v", 64, 32)
            .Node("MatMul", "x w", "a").Node("MatMul", "x v", "b").Node("Add", "a b", "y");
        var written = DynamicWriter.Write(made.Model, Plan("a", "b"));
        Assert.Single(written.Graph.Node, n => n.OpType == "DynamicQuantizeLinear");
        Assert.Equal(2, Optimised(written).Count(op => op == "MatMulIntegerToFloat"));
        Near(made.Model, written);
    }

    [Fact]
    public void Should_write_weights_once_when_several_products_have_them()
    {
        var made = new MadeGraph(14).Input("x", 4, 64).Output("y", 4, 64).Noise("w", 64, 64).Node("MatMul", "x w", "a").Node("MatMul", "a w", "y");
        var written = DynamicWriter.Write(made.Model, Plan("a", "y"));
        Assert.Single(written.Graph.Initializer, i => i.DataType == Tensors.Int8);
        Near(made.Model, written);
    }

    [Fact]
    public void Should_leave_convolutions_and_what_is_not_chosen_as_floats()
    {
        var made = new MadeGraph(14).Input("x", 1, 3, 8, 8).Output("y", 1, 5).Noise("w", 8, 3, 3, 3).Noise("f", 8, 6).Noise("g", 6, 5)
            .Node("Conv", "x w", "c").Node("GlobalAveragePool", "c", "p").Node("Flatten", "p", "l").Node("Gemm", "l f", "m").Node("Gemm", "m g", "y");
        Assert.Equal("Conv GlobalAveragePool Flatten DynamicQuantizeLinear MatMulInteger Cast Mul Mul Gemm", string.Join(' ', DynamicWriter.Write(made.Model, Plan("m")).Graph.Node.Select(n => n.OpType)));
        var layers = Layer.AllOf(new GraphView(made.Graph));
        Assert.Equal([false, true, true], layers.Select(DynamicWriter.Takes));
    }

    private static QdqPlan Plan(params string[] layers) => new(layers.ToHashSet(), new Dictionary<string, ActivationRange>(), QuantizationProfile.Cpu);

    private static void Near(ModelProto model, ModelProto quantised)
    {
        var (expected, found) = (SameFunction.Run(model, SameFunction.Noise(3))[0], SameFunction.Run(quantised, SameFunction.Noise(3))[0]);
        var (signal, noise) = (expected.Sum(v => (double)v * v), expected.Zip(found, (a, b) => (double)(a - b) * (a - b)).Sum());
        Assert.True(10 * Math.Log10(signal / noise) > 35, $"{10 * Math.Log10(signal / noise):0.0} dB");
    }

    private string[] Optimised(ModelProto model)
    {
        GraphFile.Write(model, _folder.File("m.onnx"));
        using (OnnxLibraries.Open(OnnxLibraries.Auto, null).Open(_folder.File("m.onnx"), new SessionPlan { Provider = ExecutionProvider.Cpu, WriteTo = _folder.File("o.onnx") }, default))
        {
        }
        return [.. GraphFile.Read(_folder.File("o.onnx")).Graph.Node.Select(n => n.OpType)];
    }
}
