using ActorPipeline.Onnx;
using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

public class GraphPreparationSpecs
{
    [Fact]
    public void Should_say_what_it_did_and_leave_the_original_when_an_export_is_prepared()
    {
        var made = Exported();
        var original = made.Model.Clone();
        var prepared = GraphPreparation.Prepare(made.Model);
        Assert.Equal(original, made.Model);
        Assert.Null(prepared.Kept);
        Assert.Equal(
            [("initializers stripped from the inputs", 1), ("constant nodes made initializers", 1), ("operators raised to version 14", 1), ("hard-swish chains fused", 1), ("unused nodes and weights removed", 3)],
            prepared.Rewrites);
        Assert.Equal("HardSwish", Assert.Single(prepared.Model.Graph.Node).OpType);
        SameFunction.Assert(original, prepared.Model);
        // Nothing is left to do.
        Assert.Empty(GraphPreparation.Prepare(prepared.Model).Rewrites);
    }

    [Fact]
    public void Should_come_out_equal_when_there_is_nothing_to_do()
    {
        foreach (var bytes in (byte[][])[TinyOnnx.ChannelMeans(), TinyOnnx.Weighted(1), TinyOnnx.TwoInputs(), TinyOnnx.Identity(1, 3, 4, 4)])
        {
            var prepared = GraphPreparation.Prepare(ModelProto.Parser.ParseFrom(bytes));
            Assert.Empty(prepared.Rewrites);
            Assert.Equal(bytes.Length, prepared.Model.CalculateSize());
            Assert.Equal(ModelProto.Parser.ParseFrom(bytes), prepared.Model);
        }
    }

    [Fact]
    public void Should_only_strip_the_inputs_and_say_why_when_a_graph_is_inside_a_node()
    {
        var made = Exported().Node("If", "condition", "z", new AttributeProto
        {
            Name = "then_branch", Type = AttributeProto.Types.Kind.Graph, G = new GraphProto { Node = { Nodes.Make("Neg", "", ["a"], "n") }, Output = { MadeGraph.Value("n", 1, 4) } },
        });
        var prepared = GraphPreparation.Prepare(made.Model);
        Assert.Equal("If has a graph of its own, which may use any value of the one around it", prepared.Kept);
        Assert.Equal([("initializers stripped from the inputs", 1)], prepared.Rewrites);
        Assert.Equal(made.Graph.Node, prepared.Model.Graph.Node);
    }

    [Fact]
    public void Should_only_strip_the_inputs_and_say_why_when_it_has_functions_sparse_weights_or_annotations()
    {
        var functions = Exported();
        functions.Model.Functions.Add(ByteString.Empty);
        var sparse = Exported();
        sparse.Graph.SparseInitializer.Add(ByteString.Empty);
        var annotated = Exported();
        annotated.Graph.QuantizationAnnotation.Add(ByteString.Empty);
        foreach (var made in (MadeGraph[])[functions, sparse, annotated])
        {
            var prepared = GraphPreparation.Prepare(made.Model);
            Assert.NotNull(prepared.Kept);
            Assert.Equal(("initializers stripped from the inputs", 1), Assert.Single(prepared.Rewrites));
        }
    }

    [Fact]
    public void Should_not_touch_a_node_when_its_domain_is_anothers()
    {
        var made = Exported();
        made.Graph.Node.Single(n => n.OpType == "Clip").Domain = "elsewhere";
        made.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "elsewhere", Version = 3 });
        var prepared = GraphPreparation.Prepare(made.Model);
        Assert.Equal("Add Clip Mul Div", string.Join(" ", prepared.Model.Graph.Node.Select(n => n.OpType)));
        Assert.Equal([11, 3], prepared.Model.OpsetImport.Select(o => o.Version));
    }

    [Fact]
    public void Should_never_change_the_function_when_graphs_are_made_at_random()
    {
        var changed = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < 150; seed++)
        {
            var model = RandomGraph.Make(seed);
            var prepared = GraphPreparation.Prepare(model);
            foreach (var (rewrite, places) in prepared.Rewrites) changed[rewrite] = changed.GetValueOrDefault(rewrite) + places;
            try
            {
                SameFunction.Assert(model, prepared.Model, seed, 1e-4);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {string.Join(", ", prepared.Rewrites)}", e);
            }
        }
        // All that it can do was tried.
        Assert.Equal(13, changed.Count);
    }

    private static MadeGraph Exported()
    {
        var made = new MadeGraph(11).Input("x", 1, 4).Output("y", 1, 4).Number("zero", 0).Number("six", 6).Constant("three", 3)
            .Node("Add", "x three", "a").Node("Clip", "a zero six", "c").Node("Mul", "x c", "m").Node("Div", "m six", "y");
        made.Graph.Input.Add(MadeGraph.Value("six"));
        return made;
    }
}
