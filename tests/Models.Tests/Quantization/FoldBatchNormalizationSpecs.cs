using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>Batch normalisations behind convolutions: which become part of them, and that the same is computed.</summary>
public sealed class FoldBatchNormalizationSpecs : QuantizerKit
{
    [Theory]
    [InlineData("x w b", 1)]
    [InlineData("x w", 1)]
    [InlineData("x d b", 3)]
    public void Should_compute_the_same_without_it_when_it_stands_behind_a_convolution(string inputs, long groups)
    {
        var made = With(inputs, "c", groups);
        var before = made.Model.Clone();
        Assert.Equal(1, new FoldBatchNormalization().Apply(made.Model));
        Assert.Equal("Conv Relu", made.Ops);
        Assert.Equal(2, made.Graph.Initializer.Count);
        SameFunction.Assert(before, made.Model);
    }

    [Fact]
    public void Should_have_none_behind_a_layer_when_a_model_is_read()
    {
        GraphFile.Write(With("x w", "c").Model, Folder.File("bn.onnx"));
        Assert.Equal(["Conv", "Relu"], FloatModel.Read(Card(Folder.File("bn.onnx"))).Graph.Node.Select(n => n.OpType));
    }

    [Theory]
    // Somebody else takes the convolution's result, its numbers are not constant, or it stands behind something else.
    [InlineData("also given")]
    [InlineData("not constant")]
    [InlineData("no convolution")]
    [InlineData("training")]
    public void Should_be_left_when_it_cannot_be_part_of_a_convolution(string why)
    {
        var made = With("x w b", why == "no convolution" ? "x" : "c");
        if (why == "also given") made.Output("c", 1, 3, 32, 32);
        if (why == "not constant") made.Input("mean", 3);
        if (why == "training") made.Graph.Node[1].Attribute.Add(Nodes.Attribute("training_mode", 1L));
        var before = made.Model.Clone();
        Assert.Equal(0, new FoldBatchNormalization().Apply(made.Model));
        Assert.Equal(before, made.Model);
    }

    private static MadeGraph With(string inputs, string normalised, long groups = 1) => new MadeGraph(14).Input("x", 1, 3, 32, 32).Output("y", 1, 3, 32, 32)
        .Noise("w", 3, 3, 3, 3).Noise("d", 3, 1, 3, 3).Noise("b", 3).Floats("scale", [1.5f, -0.5f, 2], 3).Noise("shift", 3).Noise("mean", 3).Floats("variance", [0.3f, 4, 0.01f], 3)
        .Node("Conv", inputs, "c", Nodes.Attribute("pads", [1L, 1, 1, 1]), Nodes.Attribute("group", groups))
        .Node("BatchNormalization", $"{normalised} scale shift mean variance", "n", Nodes.Attribute("epsilon", 0.001f)).Node("Relu", "n", "y");
}
