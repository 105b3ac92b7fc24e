using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>Layers that are chosen together, and where the picture comes in.</summary>
public class LayerGroupSpecs
{
    [Fact]
    public void Should_find_what_takes_the_picture_and_what_comes_behind_when_others_lie_between()
    {
        var made = new MadeGraph(14).Input("x", 1, 3, 8, 8).Output("y", 1, 4, 4, 4).Noise("w", 8, 3, 1, 1).Noise("v", 4, 8, 1, 1).Noise("u", 4, 4, 1, 1)
            .Node("Conv", "x w", "a").Node("Relu", "a", "r").Node("MaxPool", "r", "m", Nodes.Attribute("kernel_shape", [2L, 2]), Nodes.Attribute("strides", [2L, 2]))
            .Node("Conv", "m v", "b").Node("Conv", "b u", "y");
        var view = new GraphView(made.Graph);
        var entrances = LayerGroup.EntrancesOf(LayerGroup.AllOf(view), view);
        Assert.Equal(["a", "a b"], entrances.Select(e => string.Join(" ", e.Select(g => g.Layers[0].Output))));
    }
}
