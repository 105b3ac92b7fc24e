namespace ActorPipeline.Engines.Graph;

/// <summary>Rewrites that move channels into weights.</summary>
public class ChannelSpecs
{
    [Fact]
    public void Should_make_a_convolution_for_each_part_when_its_output_is_split()
    {
        foreach (var activation in (string?[])[null, "Relu", "HardSwish"])
        {
            var made = Split(activation);
            var (places, ops) = Apply(made, new SplitConvolutions());
            Assert.Equal((1, activation is null ? "Conv Conv Neg" : $"Conv {activation} Conv {activation} Neg"), (places, ops));
        }
    }

    [Fact]
    public void Should_leave_the_split_when_the_whole_is_seen_elsewhere_or_it_is_along_another_dimension()
    {
        var output = Split(null).Output("c", 1, 6, 5, 5);
        var along = Split(null);
        along.Graph.Node.Single(n => n.OpType == "Split").Attribute[0].I = 2;
        along.Graph.Initializer.Single(i => i.Name == "parts").RawData = Tensors.Of("", [2L, 3L], 2).RawData;
        along.Graph.Output.Clear();
        along.Output("p", 1, 6, 2, 5).Output("n", 1, 6, 3, 5);
        var grouped = Split(null);
        grouped.Graph.Node[0].Attribute.Add(Nodes.Attribute("group", 2));
        grouped.Graph.Initializer[0] = Tensors.Of("w", new float[6 * 2 * 9], 6, 2, 3, 3);
        foreach (var made in (MadeGraph[])[output, along, grouped]) Assert.Equal(0, Apply(made, new SplitConvolutions()).Places);
    }

    [Fact]
    public void Should_copy_each_channel_once_when_they_are_shuffled()
    {
        Assert.Equal((1, "Gather Neg"), Apply(Shuffle().Node("Neg", "s", "y").Output("y", 1, 6, 5, 5), new ShuffleByGather()));
        var split = Shuffle().Longs("parts", 2, 4).Node("Split", "s parts", "p q", Nodes.Attribute("axis", 1)).Output("p", 1, 2, 5, 5).Output("q", 1, 4, 5, 5);
        Assert.Equal((1, "Gather Gather"), Apply(split, new ShuffleByGather()));
    }

    [Fact]
    public void Should_leave_them_when_the_dimensions_are_unknown_or_no_shuffle()
    {
        var unknown = Shuffle().Node("Neg", "s", "y").Output("y", 1, 6, 5, 5);
        unknown.Graph.Input[0] = MadeGraph.Value("x", -1, 6, 5, 5);
        var other = Shuffle().Node("Neg", "s", "y").Output("y", 1, 6, 5, 5);
        other.Graph.Input[0] = MadeGraph.Value("x", 1, 6, 25, 1);
        var seen = Shuffle().Node("Neg", "s", "y").Output("y", 1, 6, 5, 5).Output("t", 1, 3, 2, 5, 5);
        foreach (var made in (MadeGraph[])[unknown, other, seen]) Assert.Equal(0, Apply(made, new ShuffleByGather()).Places);
    }

    [Fact]
    public void Should_reorder_weights_when_only_convolutions_take_reordered_channels()
    {
        // Into a full convolution, and through a depthwise one into the one behind it.
        var all = Chosen(3, 0, 5, 1, 4, 2).Noise("w", 4, 6, 3, 3).Noise("b", 4).Noise("d", 6, 1, 3, 3).Noise("e", 6).Noise("v", 2, 6, 1, 1)
            .Node("Conv", "g w b", "y").Node("Conv", "g d e", "t", Nodes.Attribute("group", 6)).Node("Conv", "t v", "z").Output("y", 1, 4, 3, 3).Output("z", 1, 2, 3, 3);
        Assert.Equal((1, "Conv Conv Conv"), Apply(all, new FoldChannelOrder()));
    }

    [Fact]
    public void Should_leave_the_order_when_somebody_else_takes_it_or_a_channel_is_left_out()
    {
        MadeGraph Made() => Chosen(3, 0, 5, 1, 4, 2).Noise("w", 4, 6, 1, 1).Noise("d", 6, 1, 1, 1).Node("Conv", "g w", "y").Output("y", 1, 4, 5, 5);
        var output = Made().Output("g", 1, 6, 5, 5);
        var user = Made().Node("Neg", "g", "n").Output("n", 1, 6, 5, 5);
        var depthwise = Made().Node("Conv", "g d", "t", Nodes.Attribute("group", 6)).Output("t", 1, 6, 5, 5);
        var twice = Chosen(3, 0, 5, 3, 4, 2).Noise("w", 4, 6, 1, 1).Node("Conv", "g w", "y").Output("y", 1, 4, 5, 5);
        var some = Chosen(3, 0, 5).Noise("w", 4, 3, 1, 1).Node("Conv", "g w", "y").Output("y", 1, 4, 5, 5);
        foreach (var made in (MadeGraph[])[output, user, depthwise, twice, some]) Assert.Equal(0, Apply(made, new FoldChannelOrder()).Places);
    }

    [Theory]
    [InlineData(1, 6, -1, true)]
    [InlineData(0, 6, 20, true)]
    [InlineData(1, 12, -1, false)]
    public void Should_transpose_before_reshaping_when_the_dimensions_allow_it(long n, long c, long rest, bool rewritten)
    {
        var made = new MadeGraph().Input("x", 1, 6, 4, 5).Longs("shape", n, c, rest).Node("Reshape", "x shape", "r").Node("Transpose", "r", "y", Nodes.Attribute("perm", [0L, 2L, 1L]))
            .Output("y", 1, 120 / c, c);
        Assert.Equal(rewritten ? (1, "Transpose Reshape") : (0, "Reshape Transpose"), Apply(made, new TransposeBeforeReshape()));
    }

    [Theory]
    [InlineData("half_pixel", "round_prefer_floor", 2, 3, true)]
    [InlineData("half_pixel", "round_prefer_ceil", 4, 1, true)]
    [InlineData(null, null, 2, 2, true)]
    [InlineData("half_pixel", "floor", 2, 2, false)]
    [InlineData("align_corners", "round_prefer_floor", 2, 2, false)]
    [InlineData("half_pixel", "round_prefer_floor", 1.5f, 2, false)]
    public void Should_say_an_enlargement_plainly_when_each_pixel_is_there_so_many_times(string? mode, string? rounding, float down, float across, bool rewritten)
    {
        var made = new MadeGraph(13).Input("x", 1, 2, 4, 5).Floats("scales", [1, 1, down, across], 4).Node("Resize", "x _ scales", "y").Output("y", 1, 2, (long)(4 * down), (long)(5 * across));
        foreach (var (name, value) in new[] { ("coordinate_transformation_mode", mode), ("nearest_mode", rounding) })
            if (value is not null) made.Graph.Node[0].Attribute.Add(new AttributeProto { Name = name, S = Google.Protobuf.ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.Kind.String });
        Assert.Equal(rewritten ? 1 : 0, Apply(made, new PlainResize()).Places);
        Assert.Equal(0, new PlainResize().Apply(made.Model));
    }

    private static (int Places, string Ops) Apply(MadeGraph made, IGraphRewrite rewrite)
    {
        var original = made.Model.Clone();
        var places = rewrite.Apply(made.Model);
        if (places == 0) Assert.Equal(original, made.Model);
        else SameFunction.Assert(original, made.Model);
        return (places, made.Ops);
    }

    private static MadeGraph Split(string? activation)
    {
        var made = new MadeGraph(14).Input("x", 1, 4, 5, 5).Noise("w", 6, 4, 3, 3).Noise("b", 6).Longs("parts", 2, 4)
            .Node("Conv", "x w b", "c", Nodes.Attribute("pads", [1L, 1L, 1L, 1L]));
        if (activation is not null) made.Node(activation, "c", "a");
        return made.Node("Split", $"{(activation is null ? "c" : "a")} parts", "p q", Nodes.Attribute("axis", 1)).Node("Neg", "q", "n").Output("p", 1, 2, 5, 5).Output("n", 1, 4, 5, 5);
    }

    private static MadeGraph Shuffle() => new MadeGraph(13).Input("x", 1, 6, 5, 5).Longs("apart", 1, 2, 3, 5, 5).Longs("together", 1, 6, 5, 5)
        .Node("Reshape", "x apart", "r").Node("Transpose", "r", "t", Nodes.Attribute("perm", [0L, 2L, 1L, 3L, 4L])).Node("Reshape", "t together", "s");

    private static MadeGraph Chosen(params long[] order) => new MadeGraph(13).Input("x", 1, 6, 5, 5).Longs("order", order).Node("Gather", "x order", "g", Nodes.Attribute("axis", 1));
}
