namespace ActorPipeline.Engines.Graph;

public class OpsetRaiseSpecs
{
    [Fact]
    public void Should_turn_attributes_into_inputs_when_newer_operators_take_them_so()
    {
        var made = new MadeGraph(10).Input("x", 1, 4, 3, 3).Output("y", 4, 9).Output("z", 1, 4)
            .Node("Clip", "x", "c", Nodes.Attribute("max", 1.5f))
            .Node("Split", "c", "p q", Nodes.Attribute("axis", 1), Nodes.Attribute("split", [1L, 3L]))
            .Node("Concat", "p q", "j", Nodes.Attribute("axis", 1))
            .Node("Unsqueeze", "j", "u", Nodes.Attribute("axes", [0L]))
            .Node("Squeeze", "u", "s", Nodes.Attribute("axes", [0L, 1L]))
            .Node("Flatten", "s", "y", Nodes.Attribute("axis", 1))
            .Node("ReduceSum", "x", "r", Nodes.Attribute("axes", [2L, 3L]), Nodes.Attribute("keepdims", 0))
            .Node("Dropout", "r", "d", Nodes.Attribute("ratio", 0.3f))
            .Node("Softmax", "d", "z");
        made.Say("d", 1, 4);
        var original = made.Model.Clone();
        Assert.True(OpsetRaise.TryRaise(made.Model, 14, out _));
        Assert.Equal(14, OpsetRaise.VersionOf(made.Model));
        SameFunction.Assert(original, made.Model);
        Assert.True(OpsetRaise.TryRaise(made.Model, 17, out _));
        SameFunction.Assert(original, made.Model);
    }

    [Fact]
    public void Should_leave_the_model_when_an_operator_is_not_known()
    {
        var made = new MadeGraph(9).Input("x", 1, 4, 3, 3).Output("y", 1, 4, 6, 6).Floats("scales", [1, 1, 2, 2], 4)
            .Node("Clip", "x", "c", Nodes.Attribute("max", 1f)).Node("Upsample", "c scales", "y");
        var original = made.Model.Clone();
        Assert.False(OpsetRaise.TryRaise(made.Model, 14, out var why));
        Assert.Equal("Upsample of version 9 is not known to mean the same in version 14", why);
        Assert.Equal(original, made.Model);
    }

    [Theory]
    [InlineData(1, 1000, 1, 1, true)]
    [InlineData(1, 10, 5, 1, false)]
    public void Should_raise_a_softmax_only_when_it_runs_along_one_dimension(long n, long c, long h, long w, bool raised)
    {
        var made = new MadeGraph(11).Input("x", n, c, h, w).Output("y", n, c, h, w).Node("Softmax", "x", "y");
        var original = made.Model.Clone();
        Assert.Equal(raised, OpsetRaise.TryRaise(made.Model, 13, out _));
        if (raised) SameFunction.Assert(original, made.Model);
        else Assert.Equal(original, made.Model);
    }

    [Fact]
    public void Should_leave_a_softmax_when_the_dimensions_are_unknown()
    {
        var made = new MadeGraph(11).Input("x", 1, -1).Output("y", 1, -1).Node("Softmax", "x", "y");
        Assert.False(OpsetRaise.TryRaise(made.Model, 13, out _));
    }

    [Fact]
    public void Should_raise_onnx_alone_when_operators_of_others_are_there()
    {
        var made = new MadeGraph(11).Input("x", 1, 4).Output("y", 1, 4).Node("Gelu", "x", "g").Node("Relu", "g", "y");
        made.Graph.Node[0].Domain = "com.microsoft";
        made.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        var original = made.Model.Clone();
        Assert.True(OpsetRaise.TryRaise(made.Model, 14, out _));
        Assert.Equal([14, 1], made.Model.OpsetImport.Select(o => o.Version));
        SameFunction.Assert(original, made.Model);
    }

    [Fact]
    public void Should_raise_nothing_when_there_is_no_hard_swish_to_gain()
    {
        var made = new MadeGraph(11).Input("x", 1, 4).Output("y", 1, 4).Node("Relu", "x", "y");
        Assert.Equal(0, new RaiseOpset().Apply(made.Model));
        Assert.Equal(11, OpsetRaise.VersionOf(made.Model));
    }
}
