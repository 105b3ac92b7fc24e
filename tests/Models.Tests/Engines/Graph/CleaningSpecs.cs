namespace ActorPipeline.Engines.Graph;

/// <summary>Rewrites that only take away: inputs, constant nodes, nodes without effect, copies of weights, what nobody uses.</summary>
public class CleaningSpecs
{
    [Fact]
    public void Should_keep_only_true_inputs_when_initializers_are_inputs_too()
    {
        var made = new MadeGraph().Input("x", 1, 4).Number("two", 2).Node("Mul", "x two", "y").Output("y", 1, 4);
        made.Graph.Input.Add(MadeGraph.Value("two"));
        made.Model.IrVersion = 3;
        var original = made.Model.Clone();
        Assert.Equal(1, new StripInitializerInputs().Apply(made.Model));
        Assert.Equal("x", Assert.Single(made.Graph.Input).Name);
        Assert.Equal(4, made.Model.IrVersion);
        SameFunction.Assert(original, made.Model);
        Assert.Equal(0, new StripInitializerInputs().Apply(made.Model));
    }

    [Fact]
    public void Should_make_initializers_of_constant_nodes_unless_they_are_outputs_or_no_tensors()
    {
        var made = new MadeGraph(14).Input("x", 1, 4).Constant("two", 2).Constant("three", 3).Node("Mul", "x two", "y").Node("Constant", "", "four", new AttributeProto { Name = "value_float", F = 4, Type = AttributeProto.Types.Kind.Float })
            .Node("Mul", "y four", "z").Output("z", 1, 4).Output("three");
        var original = made.Model.Clone();
        Assert.Equal(1, new ConstantsToInitializers().Apply(made.Model));
        Assert.Equal("Constant Mul Constant Mul", made.Ops);
        SameFunction.Assert(original, made.Model);
    }

    [Fact]
    public void Should_remove_what_hands_its_input_on_when_names_can_follow()
    {
        // In a row, before an output, and between an input and an output, where one has to stay.
        var made = new MadeGraph().Input("x", 1, 4).Node("Identity", "x", "a").Node("Identity", "a", "b").Node("Relu", "b", "c").Node("Dropout", "c", "d mask").Node("Neg", "c", "n")
            .Node("Identity", "x", "e").Output("d", 1, 4).Output("n", 1, 4).Output("e", 1, 4);
        var original = made.Model.Clone();
        Assert.Equal(3, new RemoveNoOps().Apply(made.Model));
        Assert.Equal("Relu Neg Identity", made.Ops);
        SameFunction.Assert(original, made.Model);
    }

    [Fact]
    public void Should_leave_a_dropout_when_its_mask_is_used_or_it_may_train()
    {
        var mask = new MadeGraph().Input("x", 1, 4).Node("Dropout", "x", "d mask").Node("Neg", "d", "y").Output("y", 1, 4).Output("mask", 1, 4);
        var trains = new MadeGraph(13).Input("x", 1, 4).Number("ratio", 0.5f).Node("Dropout", "x ratio training", "d").Node("Neg", "d", "y").Output("y", 1, 4);
        foreach (var made in (MadeGraph[])[mask, trains]) Assert.Equal(0, new RemoveNoOps().Apply(made.Model));
    }

    [Fact]
    public void Should_keep_one_of_identical_initializers()
    {
        var made = new MadeGraph().Input("x", 1, 4).Floats("a", [1, 2, 3, 4], 4).Floats("b", [1, 2, 3, 4], 4).Floats("row", [1, 2, 3, 4], 1, 4).Floats("other", [1, 2, 3, 5], 4)
            .Floats("out", [1, 2, 3, 4], 4).Node("Add", "x a", "p").Node("Mul", "p b", "q").Node("Add", "q row", "r").Node("Add", "r other", "y").Output("y", 1, 4).Output("out", 4);
        var original = made.Model.Clone();
        Assert.Equal(1, new ShareInitializers().Apply(made.Model));
        Assert.Equal(["a", "row", "other", "out"], made.Graph.Initializer.Select(i => i.Name));
        SameFunction.Assert(original, made.Model);
    }

    [Fact]
    public void Should_remove_what_nobody_takes_and_what_is_said_of_it()
    {
        var made = new MadeGraph().Input("x", 1, 4).Number("two", 2).Number("three", 3).Node("Mul", "x two", "a").Node("Neg", "a", "b").Node("Relu", "x", "y").Output("y", 1, 4).Say("a", 1, 4).Say("b", 1, 4);
        Assert.Equal(4, new DropUnused().Apply(made.Model));
        Assert.Equal(("Relu", 0, 0), (made.Ops, made.Graph.Initializer.Count, made.Graph.ValueInfo.Count));
    }
}
