using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>The form that TensorRT takes: where it has Q and DQ nodes, what they hold, and that it computes nearly the same.</summary>
public sealed class TensorRtQdqWriterSpecs : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_quantise_what_each_layer_takes_and_nothing_that_it_gives_when_it_writes()
    {
        var view = Quantised(Residual(), "a", "b", "c", "y");
        foreach (var layer in view.Graph.Node.Where(n => n.OpType is "Conv" or "Gemm"))
        {
            Assert.NotNull(view.ProducerOf(view.ProducerOf(layer.Input[0], "DequantizeLinear")!.Input[0], "QuantizeLinear"));
            Assert.DoesNotContain(view.UsersOf(layer.Output[0]), u => u.OpType == "QuantizeLinear");
        }
        Assert.Equal("Conv Relu", string.Join(' ', Behind(view, "a")));
    }

    [Fact]
    public void Should_be_signed_with_zero_points_of_zero_and_a_scale_for_each_output_when_it_writes()
    {
        var view = Quantised(Residual(), "a", "b", "c", "y");
        var nodes = view.Graph.Node.Where(n => n.OpType is "QuantizeLinear" or "DequantizeLinear").ToArray();
        Assert.All(nodes, n => Assert.Equal(Tensors.Int8, view.ConstantOf(n.Input[2])!.DataType));
        Assert.All(nodes, n => Assert.All(view.ConstantOf(n.Input[2])!.RawData, zero => Assert.Equal(0, zero)));
        var weights = view.ProducerOf(view.ProducerOf("b")!.Input[1], "DequantizeLinear")!;
        Assert.Equal((Tensors.Int8, 8, 8, 0L), (view.ConstantOf(weights.Input[0])!.DataType, view.ConstantOf(weights.Input[1])!.Floats()!.Length, view.ConstantOf(weights.Input[2])!.RawData.Length, weights.Int("axis", -1)));
        // In front of a layer one scale alone.
        Assert.Empty(view.ConstantOf(view.ProducerOf(view.ProducerOf("b")!.Input[0])!.Input[1])!.Dims);
    }

    [Fact]
    public void Should_leave_biases_as_floats_and_no_weights_so_when_it_writes()
    {
        var view = Quantised(Residual(), "a", "b", "c", "y");
        Assert.Equal(Tensors.Float, view.ConstantOf(view.ProducerOf("a")!.Input[2])!.DataType);
        Assert.DoesNotContain(view.Graph.Initializer, i => i.DataType == Tensors.Int32 || (i.DataType == Tensors.Float && i.Dims.Count > 1));
    }

    [Fact]
    public void Should_give_each_who_takes_a_value_a_pair_of_its_own_when_several_do()
    {
        var view = Quantised(Residual(), "a", "b", "c", "y");
        // Two layers, and the sum beside one of them.
        Assert.Equal(3, view.UsersOf("r").Count(u => u.OpType == "QuantizeLinear"));
        foreach (var node in view.Graph.Node.Where(n => n.OpType is "QuantizeLinear" or "DequantizeLinear")) Assert.Single(view.UsersOf(node.Output[0]));
    }

    [Theory]
    [InlineData("a b c y", "b r", "r")]
    [InlineData("a b c y", "r b", "r")]
    [InlineData("b y", "b r", "r")]
    // Of two layers the second's result is an input like any.
    [InlineData("a b c y", "b c", "c")]
    // No layer takes the sum in: it is left float, it is among floats, or others want its result too.
    [InlineData("a y", "b r", "")]
    [InlineData("a b c y", "b r", "", "b")]
    public void Should_quantise_the_other_input_of_a_residual_sum_when_a_layer_takes_it_in(string layers, string summed, string quantised, string? alsoGiven = null)
    {
        var made = Residual(summed);
        if (alsoGiven is not null) made.Output(alsoGiven, 1, 8, 8, 8);
        var view = Quantised(made, layers.Split(' '));
        var sum = view.Graph.Node.Single(n => n.OpType == "Add");
        var found = sum.Input.Select(i => view.ProducerOf(i, "DequantizeLinear") is { } rounded ? view.ProducerOf(rounded.Input[0])!.Input[0] : null).OfType<string>();
        Assert.Equal(quantised, string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Should_write_weights_once_when_several_layers_have_them()
    {
        var made = Residual();
        var (b, c) = (made.Graph.Node.Single(n => n.Output[0] == "b"), made.Graph.Node.Single(n => n.Output[0] == "c"));
        c.Input[1] = b.Input[1];
        c.Attribute.Add(b.Attribute);
        var view = Quantised(made, "a", "b", "c", "y");
        Assert.Equal(view.ProducerOf(view.ProducerOf("b")!.Input[1])!.Input[0], view.ProducerOf(view.ProducerOf("c")!.Input[1])!.Input[0]);
    }

    [Fact]
    public void Should_take_the_precision_from_the_model_when_the_card_wants_another_one_on_the_device()
    {
        var device = new DeviceSettings { Precision = DevicePrecision.Fp16, BuilderLevel = 1 };
        var card = TensorRtProof.On(new ModelCard { Id = new ModelId("m"), Path = "float.onnx", Kind = ModelKind.Classification, Device = device }, "int8.onnx");
        Assert.Equal(device with { Precision = DevicePrecision.Auto }, card.Device);
    }

    [Fact]
    public void Should_keep_a_layer_among_floats_when_it_is_not_chosen()
    {
        var layer = Quantised(Residual(), "a", "c", "y").ProducerOf("b")!;
        Assert.Equal(("r", "v"), (layer.Input[0], layer.Input[1]));
    }

    [Fact]
    public void Should_give_a_layer_a_float_bias_when_it_is_corrected_and_has_none()
    {
        var made = new MadeGraph(14).Input("x", 1, 4).Output("y", 1, 3).Noise("w", 4, 3).Node("Gemm", "x w", "y");
        var channels = new ChannelStatistics(4);
        channels.See([1, 2, 3, 4]);
        var plan = new QdqPlan(new HashSet<string> { "y" }, new Dictionary<string, ActivationRange> { ["x"] = new(-4, 4) }, QuantizationProfile.TensorRt) { Channels = new Dictionary<string, ChannelStatistics> { ["x"] = channels } };
        var written = TensorRtQdqWriter.Write(made.Model, plan).Graph;
        var bias = written.Initializer.Single(i => i.Name == written.Node.Single(n => n.OpType == "Gemm").Input[2]);
        Assert.Equal((Tensors.Float, 3), (bias.DataType, bias.Floats()!.Length));
    }

    [Fact]
    public void Should_be_near_the_float_model_however_it_is_run_when_all_layers_are_quantised()
    {
        var made = Residual();
        var (model, path) = (made.Model, _folder.File("m.onnx"));
        GraphFile.Write(Written(made, "a", "b", "c", "y"), path);
        var expected = Run(Saved(model), true, Nothing);
        var judged = Run(path, true, QuantizedForm.TensorRt.Entries);
        Assert.True(Cosine(expected, judged) > 0.999, $"{Cosine(expected, judged)}");
        // As the nodes say, one by one: what judges it rounds as they do.
        Assert.True(Cosine(Run(path, false, Nothing), judged) > 0.99999);
    }

    [Fact]
    public void Should_run_in_floats_when_it_is_judged_on_the_processor()
    {
        GraphFile.Write(Written(Residual(), "a", "b", "c", "y"), _folder.File("m.onnx"));
        using (Open(_folder.File("m.onnx"), true, QuantizedForm.TensorRt.Entries, _folder.File("o.onnx")))
        {
        }
        Assert.DoesNotContain(GraphFile.Read(_folder.File("o.onnx")).Graph.Node, n => n.OpType.StartsWith("QLinear", StringComparison.Ordinal) || n.OpType == "QGemm");
    }

    [Fact]
    public void Should_be_kept_from_onnx_runtimes_optimising_when_tensorrt_is_to_read_it()
    {
        // Why a plan for TensorRT has none: it makes biases integers, which TensorRT does not read.
        var made = new MadeGraph(14).Input("x", 1, 3, 8, 8).Output("y", 1, 4, 6, 6).Noise("w", 8, 3, 3, 3).Noise("bias", 8).Noise("v", 4, 8, 1, 1)
            .Node("Conv", "x w bias", "a").Node("Relu", "a", "r").Node("Conv", "r v", "y");
        var ranges = new Dictionary<string, ActivationRange> { ["x"] = new(-4, 4), ["r"] = new(0, 20) };
        GraphFile.Write(TensorRtQdqWriter.Write(made.Model, new QdqPlan(new HashSet<string> { "a", "y" }, ranges, QuantizationProfile.TensorRt)), _folder.File("m.onnx"));
        foreach (var optimise in (bool[])[true, false])
        {
            using (Open(_folder.File("m.onnx"), optimise, Nothing, _folder.File("o.onnx")))
            {
            }
            Assert.Equal(optimise, GraphFile.Read(_folder.File("o.onnx")).Graph.Initializer.Any(i => i.DataType == Tensors.Int32));
        }
    }

    [Fact]
    public void Should_not_change_the_float_model_when_it_writes()
    {
        var made = Residual();
        var before = made.Model.Clone();
        Written(made, "a", "b", "c", "y");
        Assert.Equal(before, made.Model);
    }

    /// <summary>Two layers on one value, one of them summed up with it, and a product at the end.</summary>
    private static MadeGraph Residual(string summed = "b r") => new MadeGraph(14).Input("x", 1, 3, 8, 8).Output("y", 1, 5)
        .Noise("w", 8, 3, 3, 3).Noise("bias", 8).Noise("v", 8, 8, 3, 3).Noise("u", 8, 8, 1, 1).Noise("f", 16, 5).Noise("fb", 5)
        .Node("Conv", "x w bias", "a", Nodes.Attribute("pads", [1L, 1, 1, 1])).Node("Relu", "a", "r")
        .Node("Conv", "r v", "b", Nodes.Attribute("pads", [1L, 1, 1, 1])).Node("Conv", "r u", "c").Node("Add", summed, "s").Node("Concat", "s c", "t", Nodes.Attribute("axis", 1L))
        .Node("GlobalAveragePool", "t", "p").Node("Flatten", "p", "l").Node("Gemm", "l f fb", "y");

    private static GraphView Quantised(MadeGraph made, params string[] layers) => new(Written(made, layers).Graph);

    private static ModelProto Written(MadeGraph made, params string[] layers)
    {
        string[] names = ["y", "a", "r", "b", "c", "s", "l"];
        var given = made.Graph.Output.Select(o => o.Name).Concat(names).Distinct().ToArray();
        var ranges = given.Zip(SameFunction.Run(ActivationProbe.Exposing(made.Model, names), SameFunction.Noise(3)), (n, v) => (n, v)).Append(("x", SameFunction.Noise(3)(3 * 8 * 8)))
            .ToDictionary(v => v.Item1, v => new ActivationRange(v.Item2.Min(), v.Item2.Max()));
        return TensorRtQdqWriter.Write(made.Model, new QdqPlan(layers.ToHashSet(), ranges, QuantizationProfile.TensorRt));
    }

    /// <summary>A layer and what follows it up to the next Q node.</summary>
    private static IEnumerable<string> Behind(GraphView view, string layer)
    {
        yield return view.ProducerOf(layer)!.OpType;
        while (view.UsersOf(layer) is [{ OpType: not "QuantizeLinear" } user])
        {
            yield return user.OpType;
            layer = user.Output[0];
        }
    }

    private string Saved(ModelProto model)
    {
        GraphFile.Write(model, _folder.File("float.onnx"));
        return _folder.File("float.onnx");
    }

    private static INativeSession Open(string path, bool optimise, IReadOnlyDictionary<string, string> entries, string? writeTo = null) =>
        OnnxLibraries.Open(OnnxLibraries.Auto, null).Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu, Optimise = optimise, Entries = entries, WriteTo = writeTo }, default);

    private static unsafe float[] Run(string path, bool optimise, IReadOnlyDictionary<string, string> entries)
    {
        using var session = Open(path, optimise, entries);
        using var input = session.Allocate(new TensorSpec("x", [1, 3, 8, 8]));
        using var output = session.Allocate(new TensorSpec("y", [1, 5]));
        SameFunction.Noise(3)(3 * 8 * 8).CopyTo(new Span<float>((void*)input.Data, 3 * 8 * 8));
        using var binding = session.Bind([input], [output]);
        binding.Run();
        return new Span<float>((void*)output.Data, 5).ToArray();
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
