using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>Channels between layers made alike: the same function, in other numbers.</summary>
public class CrossLayerEqualisationSpecs
{
    [Theory]
    [InlineData("Relu c r; Conv r v y")]
    [InlineData("MaxPool c r; Conv r v y")]
    [InlineData("Conv c v y")]
    [InlineData("Relu c r; Conv r v y; Conv r u z")]
    [InlineData("Conv c d e; Conv e v y")]
    public void Should_compute_the_same_when_channels_were_made_alike(string rest)
    {
        var model = Made(rest);
        var pairs = CrossLayerEqualisation.PairsOf(new GraphView(model.Graph));
        Assert.NotEmpty(pairs);
        var (before, alike) = (model.Clone(), CrossLayerEqualisation.Apply(model, pairs, v => LargestOf(model, v)));
        Assert.Equal(before, model);
        SameFunction.Assert(model, alike, tolerance: 1e-4);
    }

    [Fact]
    public void Should_make_all_channels_as_large_when_a_depthwise_layer_takes_them()
    {
        var model = Made("Conv c d y");
        var alike = CrossLayerEqualisation.Apply(model, CrossLayerEqualisation.PairsOf(new GraphView(model.Graph)), v => LargestOf(model, v));
        var largest = LargestOf(alike, "c");
        Assert.True(LargestOf(model, "c").Max() > 50 * LargestOf(model, "c").Min());
        Assert.InRange(largest.Max() / largest.Min(), 1, 1.01);
    }

    [Theory]
    [InlineData("HardSwish c r; Conv r v y")]
    [InlineData("Conv c v y; Relu c z")]
    [InlineData("Relu c z; Conv z v y")]
    [InlineData("Conv c v y; Conv c v z")]
    public void Should_leave_layers_alone_when_more_than_a_Relu_and_layers_of_their_own_stand_between(string rest) =>
        Assert.Empty(CrossLayerEqualisation.PairsOf(new GraphView(Made(rest).Graph)));

    /// <summary>A convolution whose channels are a hundred times apart, and what follows; z is an output where it is there.</summary>
    private static ModelProto Made(string rest)
    {
        var made = new MadeGraph(14).Input("x", 1, 3, 8, 8).Noise("b", 8).Noise("v", 4, 8, 1, 1).Noise("u", 5, 8, 1, 1).Noise("d", 8, 1, 3, 3);
        var random = new Random(5);
        made.Floats("w", [.. Enumerable.Range(0, 8 * 3).Select(i => (random.NextSingle() - 0.5f) * (i / 3 % 2 == 0 ? 100 : 1))], 8, 3, 1, 1).Node("Conv", "x w b", "c");
        foreach (var step in rest.Split("; "))
        {
            var parts = step.Split(' ');
            AttributeProto[] attributes = parts[0] == "MaxPool" ? [Nodes.Attribute("kernel_shape", [2L, 2])] : parts.Contains("d") ? [Nodes.Attribute("group", 8L), Nodes.Attribute("pads", [1L, 1, 1, 1])] : [];
            made.Node(parts[0], string.Join(' ', parts[1..^1]), parts[^1], attributes);
            if (parts[^1] is "y" or "z") made.Graph.Output.Add(new ValueInfoProto { Name = parts[^1] });
        }
        return made.Model;
    }

    private static float[] LargestOf(ModelProto model, string value)
    {
        var values = SameFunction.Run(ActivationProbe.Exposing(model, [value]), SameFunction.Noise(3))[^1];
        return [.. values.Chunk(values.Length / 8).Select(c => c.Max(Math.Abs))];
    }
}
