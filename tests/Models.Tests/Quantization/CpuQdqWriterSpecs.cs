using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>The Q/DQ form: what ONNX Runtime makes of it, and that it computes nearly the same.</summary>
public class CpuQdqWriterSpecs
{
    [Theory]
    [InlineData("Relu c r", "QLinearConv QLinearConv")]
    [InlineData("HardSwish c r", "QLinearConv Min QLinearMul QLinearConv")]
    [InlineData("HardSigmoid c r", "QLinearConv Min QLinearConv", 1)]
    [InlineData("MaxPool c r", "QLinearConv NhwcMaxPool QLinearConv", 2)]
    [InlineData("Concat c c r", "QLinearConv QLinearConcat QLinearConv", 3)]
    public void Should_run_in_integers_from_end_to_end_when_all_layers_are_quantised(string middle, string kernels, int kind = 0)
    {
        var model = Made(middle, kind).Model;
        var written = Quantised(model, ["c", "y"]);
        Assert.Equal(kernels, string.Join(" ", Optimised(written).Where(op => op is not ("QuantizeLinear" or "DequantizeLinear" or "Transpose" or "Reshape"))));
        AssertNear(model, written);
    }

    [Fact]
    public void Should_tell_parts_as_the_whole_when_they_are_concatenated_and_used_nowhere_else()
    {
        var written = Quantised(Made("LeakyRelu c p; Sigmoid c q; Concat p q r", 3).Model, ["c", "y"]);
        string[] scales = [.. written.Graph.Node.Where(n => n.OpType == "QuantizeLinear" && n.Name[..2] is "p_" or "q_" or "r_").Select(n => n.Input[1] + " " + n.Input[2])];
        Assert.Equal(3, scales.Length);
        Assert.Single(scales.Distinct());
    }

    [Theory]
    [InlineData("Conv x w b d; Relu c p; Concat p d r")]
    [InlineData("Conv x w b d; Relu d q; Clip c zero one p; Concat p q r")]
    [InlineData("Conv x w b d; Relu d q; Clip c _ one p; Concat p q r")]
    public void Should_still_cut_off_what_a_layers_activation_cuts_off_when_the_whole_that_it_goes_into_has_a_wider_range(string middle)
    {
        var model = Made(middle, 3).Model;
        AssertNear(model, Quantised(model, ["c", "d", "y"]));
    }

    [Theory]
    [InlineData("Add c b s; HardSwish s r", "QLinearConv QLinearAdd Min QLinearMul QLinearConv")]
    [InlineData("Add c b s; HardSigmoid s r", "QLinearConv QLinearAdd Min QLinearConv")]
    public void Should_tell_a_sum_as_the_gate_behind_it_wants_when_it_has_one(string middle, string kernels)
    {
        var model = Made(middle, 1).Model;
        // Few numbers lie where the gate is wide open or shut.
        var weights = model.Graph.Initializer.Single(i => i.Name == "w");
        weights.RawData = Tensors.Of("w", [.. weights.Floats()!.Select(v => v / 4)], [.. weights.Dims]).RawData;
        var written = Quantised(model, ["c", "y"]);
        AssertNear(model, written);
        Assert.Equal(kernels, string.Join(" ", Optimised(written).Where(op => op is not ("QuantizeLinear" or "DequantizeLinear" or "Transpose"))));
    }

    [Fact]
    public void Should_keep_a_layer_among_floats_when_it_is_not_chosen()
    {
        var model = Made("HardSwish c r", 0).Model;
        var ops = Optimised(Quantised(model, ["y"]));
        Assert.Equal(1, ops.Count(op => op == "QLinearConv"));
        Assert.Equal(1, ops.Count(op => op is "Conv" or "FusedConv"));
    }

    [Fact]
    public void Should_keep_the_names_of_what_the_model_takes_and_gives()
    {
        var model = Made("Relu c r", 0).Model;
        var written = Quantised(model, ["c", "y"]);
        Assert.Equal(("x", "y"), (written.Graph.Input.Single().Name, written.Graph.Output.Single().Name));
        Assert.Contains(written.Graph.Node, n => n.Output.Contains("y"));
    }

    [Fact]
    public void Should_leave_no_float_weights_when_their_layer_is_quantised() =>
        Assert.DoesNotContain(Quantised(Made("Relu c r", 0).Model, ["c", "y"]).Graph.Initializer, i => i.DataType == Tensors.Float && i.Dims.Count > 1);

    [Fact]
    public void Should_write_weights_once_when_several_layers_have_them()
    {
        var model = Made("Conv x w b d; Concat c d r", 3).Model;
        var written = Quantised(model, ["c", "d", "y"]);
        Assert.Equal(2, written.Graph.Initializer.Count(i => i.DataType == Tensors.Int8 && i.Dims.Count > 1));
        Assert.Single(written.Graph.Initializer, i => i.DataType == Tensors.Int32);
        AssertNear(model, written);
    }

    [Fact]
    public void Should_not_change_the_float_model_when_it_writes()
    {
        var model = Made("Relu c r", 0).Model;
        var before = model.Clone();
        Quantised(model, ["c", "y"]);
        Assert.Equal(before, model);
    }

    internal static MadeGraph Made(string middle, int kind)
    {
        var (size, channels) = (kind == 2 ? 4L : 8L, kind == 3 ? 16L : 8L);
        var made = new MadeGraph(14).Input("x", 1, 3, 8, 8).Output("y", 1, 4, size, size).Noise("w", 8, 3, 3, 3).Noise("b", 8).Noise("v", 4, channels, 1, 1)
            .Number("zero", 0).Number("one", 1)
            .Node("Conv", "x w b", "c", Nodes.Attribute("pads", [1L, 1, 1, 1]));
        foreach (var step in middle.Split("; "))
        {
            var parts = step.Split(' ');
            AttributeProto[] attributes = parts[0] switch
            {
                "Conv" => [Nodes.Attribute("pads", [1L, 1, 1, 1])],
                "HardSigmoid" => [Nodes.Attribute("alpha", 1 / 6f), Nodes.Attribute("beta", 0.5f)],
                "MaxPool" => [Nodes.Attribute("kernel_shape", [2L, 2]), Nodes.Attribute("strides", [2L, 2])],
                "Concat" => [Nodes.Attribute("axis", 1L)],
                _ => [],
            };
            made.Node(parts[0], string.Join(' ', parts[1..^1]), parts[^1], attributes);
        }
        return made.Node("Conv", "r v", "y");
    }

    internal static ModelProto Quantised(ModelProto model, HashSet<string> layers)
    {
        string[] names = [.. model.Graph.Output.Select(o => o.Name), .. model.Graph.Node.SelectMany(n => n.Output).Except(model.Graph.Output.Select(o => o.Name))];
        var ranges = names.Zip(SameFunction.Run(ActivationProbe.Exposing(model, names), SameFunction.Noise(3)), (n, v) => (n, v)).Append(("x", SameFunction.Noise(3)(3 * 8 * 8)))
            .ToDictionary(v => v.Item1, v => new ActivationRange(v.Item2.Min(), v.Item2.Max()));
        return CpuQdqWriter.Write(model, new QdqPlan(layers, ranges, QuantizationProfile.Cpu));
    }

    private static void AssertNear(ModelProto model, ModelProto quantised)
    {
        var (expected, found) = (SameFunction.Run(model, SameFunction.Noise(3))[0], SameFunction.Run(quantised, SameFunction.Noise(3))[0]);
        var (signal, noise) = (expected.Sum(v => (double)v * v), expected.Zip(found, (a, b) => (double)(a - b) * (a - b)).Sum());
        Assert.True(10 * Math.Log10(signal / noise) > 22, $"{10 * Math.Log10(signal / noise):0.0} dB");
    }

    /// <summary>The operators that ONNX Runtime runs, in order.</summary>
    private static string[] Optimised(ModelProto model)
    {
        using var folder = new TestFolder();
        GraphFile.Write(model, folder.File("m.onnx"));
        using (OnnxLibraries.Open(OnnxLibraries.Auto, null).Open(folder.File("m.onnx"), new SessionPlan { Provider = ExecutionProvider.Cpu, WriteTo = folder.File("o.onnx") }, default))
        {
        }
        return [.. GraphFile.Read(folder.File("o.onnx")).Graph.Node.Select(n => n.OpType)];
    }
}
