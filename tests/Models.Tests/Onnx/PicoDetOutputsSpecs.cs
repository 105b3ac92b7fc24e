namespace ActorPipeline.Onnx;

public class PicoDetOutputsSpecs
{
    private static readonly TensorSpec Input = new("image", [1, 3, 320, 320]);
    private static readonly int[] Cells = [1600, 400, 100, 25];

    [Theory]
    [InlineData(80, 32, 0)]
    [InlineData(1, 32, 0)]
    [InlineData(10, 64, 10)]
    [InlineData(32, 32, 32)]
    public void Should_tell_class_maps_from_box_maps_when_class_maps_come_first(int classes, int sides, int labels)
    {
        var arranged = PicoDetOutputs.Arrange(Input, [.. Maps("c", classes), .. Maps("b", sides)], labels);
        AssertArranged(arranged, classes, sides);
    }

    [Theory]
    [InlineData(1, 32, 0)]
    [InlineData(80, 32, 80)]
    public void Should_tell_them_apart_when_box_maps_come_first(int classes, int sides, int labels) =>
        AssertArranged(PicoDetOutputs.Arrange(Input, [.. Maps("b", sides), .. Maps("c", classes)], labels), classes, sides);

    [Theory]
    [InlineData(80, 32)]
    [InlineData(32, 32)]
    public void Should_pair_them_when_each_level_gives_both_maps_in_turn(int classes, int sides) =>
        AssertArranged(PicoDetOutputs.Arrange(Input, [.. Maps("c", classes).Zip(Maps("b", sides), (c, b) => new[] { c, b }).SelectMany(p => p)], 0), classes, sides);

    [Fact]
    public void Should_order_levels_by_stride_when_the_graph_gives_them_coarsest_first() =>
        AssertArranged(PicoDetOutputs.Arrange(Input, [.. Maps("c", 80).Reverse(), .. Maps("b", 32).Reverse()], 0), 80, 32);

    [Fact]
    public void Should_accept_a_cell_more_when_strides_do_not_divide_the_input()
    {
        var input = new TensorSpec("image", [1, 3, 250, 300]);
        int[] cells = [38 * 32, 19 * 16, 10 * 8, 5 * 4];
        var outputs = cells.Select((n, i) => new TensorSpec($"c{i}", [1, n, 3])).Concat(cells.Select((n, i) => new TensorSpec($"b{i}", [1, n, 32]))).ToArray();
        Assert.NotNull(PicoDetOutputs.Arrange(input, outputs, 0));
    }

    [Fact]
    public void Should_refuse_when_a_map_is_missing_or_of_another_size()
    {
        Assert.Null(PicoDetOutputs.Arrange(Input, [.. Maps("c", 80)], 0));
        Assert.Null(PicoDetOutputs.Arrange(Input, [.. Maps("c", 81), .. Maps("b", 33)], 0));
        Assert.Null(PicoDetOutputs.Arrange(Input, [.. Maps("c", 3), .. Maps("b", 5)], 0));
        Assert.Null(PicoDetOutputs.Arrange(new TensorSpec("image", [1, 3, 416, 416]), [.. Maps("c", 80), .. Maps("b", 32)], 0));
        Assert.Null(PicoDetOutputs.Arrange(Input, [.. Maps("c", 80).Take(3), .. Maps("b", 32), new TensorSpec("b4", [1, 9, 32])], 0));
    }

    private static TensorSpec[] Maps(string name, int width) => [.. Cells.Select((cells, i) => new TensorSpec($"{name}{i}", [1, cells, width]))];

    private static void AssertArranged(PicoDetOutputs.Arranged? arranged, int classes, int sides)
    {
        Assert.NotNull(arranged);
        Assert.Equal((classes, sides / 4), (arranged.Classes, arranged.Bins));
        Assert.Equal(["c0", "c1", "c2", "c3", "b0", "b1", "b2", "b3"], arranged.Outputs.Select(o => o.Name));
    }
}
