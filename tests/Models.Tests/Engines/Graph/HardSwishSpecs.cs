namespace ActorPipeline.Engines.Graph;

/// <summary>Hard-swish and hard-sigmoid as exporters write them.</summary>
public class HardSwishSpecs
{
    [Theory]
    [InlineData("Add x three a; Clip a zero six c; Mul x c m; Div m six y")]
    [InlineData("Add three x a; Clip a zero six c; Mul c x m; Mul m sixth y")]
    [InlineData("Add x three a; Clip a zero six c; Mul c x m; Mul sixth m y")]
    [InlineData("Add x three a; Clip a zero six c; Div c six s; Mul x s y")]
    [InlineData("Add x three a; Clip a zero six c; Mul sixth c s; Mul s x y")]
    public void Should_make_one_operator_when_a_chain_is_hard_swish(string chain)
    {
        var made = Chain(chain, opset: 14);
        Assert.Equal((1, "HardSwish"), Fused(made, new FuseHardSwish()));
    }

    [Fact]
    public void Should_make_one_operator_when_a_hard_sigmoid_is_multiplied_with_its_input()
    {
        var made = Chain("", 14).Node("HardSigmoid", "x", "h", Nodes.Attribute("alpha", 0.166667f), Nodes.Attribute("beta", 0.5f)).Node("Mul", "h x", "y");
        Assert.Equal((1, "HardSwish"), Fused(made, new FuseHardSwish()));
    }

    [Theory]
    [InlineData("Add x three a; Clip a zero six c; Div c six y")]
    [InlineData("Add three x a; Clip a zero six c; Mul sixth c y")]
    public void Should_make_one_operator_when_a_chain_is_hard_sigmoid(string chain)
    {
        var made = Chain(chain, opset: 11);
        Assert.Equal((1, "HardSigmoid"), Fused(made, new FuseHardSigmoid()));
        Assert.Equal(0, new FuseHardSwish().Apply(made.Model));
    }

    [Fact]
    public void Should_find_the_bounds_when_they_are_attributes_and_the_numbers_nodes()
    {
        var made = new MadeGraph(10).Input("x", 1, 4, 3, 3).Output("y", 1, 4, 3, 3).Constant("three", 3).Constant("six", 6)
            .Node("Add", "x three", "a").Node("Clip", "a", "c", Nodes.Attribute("min", 0f), Nodes.Attribute("max", 6f)).Node("Div", "c six", "y");
        var original = made.Model.Clone();
        Assert.Equal(1, new FuseHardSigmoid().Apply(made.Model));
        Assert.Equal("Constant Constant HardSigmoid", made.Ops);
        SameFunction.Assert(original, made.Model);
    }

    [Theory]
    [InlineData("Add x two a; Clip a zero six c; Mul x c m; Div m six y")]
    [InlineData("Add x three a; Clip a zero three c; Mul x c m; Div m six y")]
    [InlineData("Add x three a; Clip a two six c; Mul x c m; Div m six y")]
    [InlineData("Add x three a; Clip a zero c; Mul x c m; Div m six y")]
    [InlineData("Add x three a; Clip a zero six c; Mul x c m; Div m three y")]
    [InlineData("Add x three a; Clip a zero six c; Mul x c m; Div six m y")]
    [InlineData("Add x three a; Clip a zero six c; Mul a c m; Div m six y")]
    [InlineData("Add x x a; Clip a zero six c; Mul x c m; Div m six y")]
    [InlineData("Sub x three a; Clip a zero six c; Mul x c m; Div m six y")]
    public void Should_leave_it_when_it_is_something_else(string chain)
    {
        var made = Chain(chain, opset: 14);
        var original = made.Model.Clone();
        Assert.Equal(0, new FuseHardSwish().Apply(made.Model));
        Assert.Equal(original, made.Model);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("c")]
    [InlineData("m")]
    public void Should_leave_it_when_a_value_inside_is_seen_outside(string value)
    {
        const string chain = "Add x three a; Clip a zero six c; Mul x c m; Div m six y";
        var output = Chain(chain, 14).Output(value, 1, 4, 3, 3);
        var user = Chain(chain, 14).Node("Neg", value, "n").Output("n", 1, 4, 3, 3);
        foreach (var made in (MadeGraph[])[output, user])
        {
            var original = made.Model.Clone();
            Assert.Equal(0, new FuseHardSwish().Apply(made.Model));
            Assert.Equal(original, made.Model);
        }
    }

    [Fact]
    public void Should_leave_it_when_a_number_could_be_given_anew_or_adds_dimensions()
    {
        const string chain = "Add x three a; Clip a zero six c; Mul x c m; Div m six y";
        var given = Chain(chain, 14);
        given.Graph.Input.Add(MadeGraph.Value("six"));
        Assert.Equal(0, new FuseHardSwish().Apply(given.Model));
        var wide = Chain(chain, 14);
        wide.Graph.Input[0] = new ValueInfoProto(wide.Graph.Input[0]) { Type = null };
        wide.Graph.Initializer.Single(i => i.Name == "three").Dims.Add([1, 1, 1, 1]);
        Assert.Equal(0, new FuseHardSwish().Apply(wide.Model));
    }

    [Fact]
    public void Should_leave_it_when_the_operators_are_older_than_hard_swish()
    {
        var made = Chain("Add x three a; Clip a zero six c; Mul x c m; Div m six y", opset: 13);
        Assert.Equal(0, new FuseHardSwish().Apply(made.Model));
        Assert.Equal(1, FuseHardSwish.CountIn(made.Graph));
    }

    private static (int Places, string Ops) Fused(MadeGraph made, IGraphRewrite rewrite)
    {
        var original = made.Model.Clone();
        var places = rewrite.Apply(made.Model);
        SameFunction.Assert(original, made.Model);
        return (places, made.Ops);
    }

    /// <summary>Nodes between semicolons: operator, inputs, output.</summary>
    private static MadeGraph Chain(string nodes, int opset)
    {
        var made = new MadeGraph(opset).Input("x", 1, 4, 3, 3).Output("y", 1, 4, 3, 3)
            .Number("zero", 0).Number("two", 2).Number("three", 3).Number("six", 6).Number("sixth", 1f / 6);
        foreach (var node in nodes.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var words = node.Split(' ');
            made.Node(words[0], string.Join(' ', words[1..^1]), words[^1]);
        }
        return made;
    }
}
