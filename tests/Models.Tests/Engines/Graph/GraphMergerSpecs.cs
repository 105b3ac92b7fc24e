namespace ActorPipeline.Engines.Graph;

public class GraphMergerSpecs
{
    private static readonly MadeClassifiers.Backbone Backbone = new();

    [Fact]
    public void Should_run_the_backbone_once_when_three_classifiers_have_the_same()
    {
        MergeSource[] sources = [Source("colour", 3, 1), Source("make", 7, 2, "m_"), Source("kind", 5, 3, "k_")];
        var merged = Assert.IsType<MergeOutcome.Merged>(GraphMerger.Merge(sources));
        Assert.Equal([["colour/scores"], ["make/m_scores"], ["kind/k_scores"]], merged.Outputs);
        Assert.Equal(merged.Outputs.SelectMany(o => o), merged.Model.Graph.Output.Select(o => o.Name));
        // Three blocks of two nodes, mean, flatten; then two of each head's own.
        Assert.Equal(8, merged.SharedNodes);
        Assert.Equal(8 + 6, merged.Model.Graph.Node.Count);
        Assert.Equal(4 * ((27 * 16) + 16 + (2 * ((144 * 16) + 16))), merged.SharedBytes);
        Assert.Equal(6 + 6, merged.Model.Graph.Initializer.Count);
        Assert.Equal("image", Assert.Single(merged.Model.Graph.Input).Name);
        var expected = sources.SelectMany(s => SameFunction.Run(s.Model, SameFunction.Noise(1))).ToArray();
        SameFunction.AssertClose(expected, SameFunction.Run(merged.Model, SameFunction.Noise(1)), 1e-6);
        // The same every time, and the sources as they were.
        Assert.Equal(merged.Model, ((MergeOutcome.Merged)GraphMerger.Merge(sources)).Model);
        Assert.Equal(Source("make", 7, 2, "m_"), sources[1]);
    }

    [Fact]
    public void Should_keep_apart_what_follows_when_only_the_first_blocks_are_the_same()
    {
        var other = Source("b", 3, 2);
        var weight = other.Model.Graph.Initializer.Single(i => i.Name == "block2.w");
        weight.RawData = Tensors.Of("", [.. weight.Floats()!.Select(w => w / 2)]).RawData;
        var merged = Assert.IsType<MergeOutcome.Merged>(GraphMerger.Merge([Source("a", 3, 1), other]));
        Assert.Equal(4, merged.SharedNodes);
        Assert.Equal(4 + 12, merged.Model.Graph.Node.Count);
        // The bias of the third is still the same.
        Assert.Contains(merged.Model.Graph.Initializer, i => i.Name == "shared/block2.b");
        Assert.Contains(merged.Model.Graph.Initializer, i => i.Name == "b/block2.w");
        Assert.Equal(2, SameFunction.Run(merged.Model, SameFunction.Noise(1)).Count);
    }

    [Fact]
    public void Should_give_both_outputs_when_two_models_are_the_same()
    {
        var merged = Assert.IsType<MergeOutcome.Merged>(GraphMerger.Merge([Source("a", 3, 1), Source("b", 3, 1)]));
        var outputs = SameFunction.Run(merged.Model, SameFunction.Noise(1));
        Assert.Equal(["a/scores", "b/scores"], merged.Model.Graph.Output.Select(o => o.Name));
        Assert.Equal(outputs[0], outputs[1]);
    }

    [Fact]
    public void Should_raise_the_older_when_their_operators_are_of_different_versions()
    {
        var older = Source("older", 4, 2);
        older.Model.OpsetImport[0].Version = 11;
        var merged = Assert.IsType<MergeOutcome.Merged>(GraphMerger.Merge([Source("newer", 3, 1), older]));
        Assert.Equal(14, OpsetRaise.VersionOf(merged.Model));
        SameFunction.AssertClose(SameFunction.Run(older.Model, SameFunction.Noise(1)), [SameFunction.Run(merged.Model, SameFunction.Noise(1))[1]], 1e-6);
    }

    [Fact]
    public void Should_prepare_to_the_same_when_it_is_merged_before_or_after()
    {
        MadeGraph Made(float last) => new MadeGraph(11).Input("x", 1, 4, 3, 3).Output("z", 1, 4, 3, 3).Number("zero", 0).Number("three", 3).Number("six", 6).Number("last", last)
            .Node("Add", "x three", "a").Node("Clip", "a zero six", "c").Node("Mul", "x c", "m").Node("Div", "m six", "y").Node("Mul", "y last", "z");
        MergeSource[] plain = [new("a", Made(2).Model), new("b", Made(5).Model)];
        MergeSource[] prepared = [.. plain.Select(s => s with { Model = GraphPreparation.Prepare(s.Model).Model })];
        var (first, second) = ((MergeOutcome.Merged)GraphMerger.Merge(plain), (MergeOutcome.Merged)GraphMerger.Merge(prepared));
        Assert.Equal((4, 1), (first.SharedNodes, second.SharedNodes));
        SameFunction.Assert(GraphPreparation.Prepare(first.Model).Model, second.Model);
    }

    [Fact]
    public void Should_say_why_when_it_refuses()
    {
        var wide = new MergeSource("wide", MadeClassifiers.Make(Backbone with { Size = 48 }, 3, 1));
        Assert.Equal("'wide' takes another input than 'a': type 1 [1,3,48,48] instead of type 1 [1,3,32,32].", Refusal(Source("a", 3, 1), wide));
        var foreign = new MergeSource("foreign", MadeClassifiers.Make(Backbone with { Seed = 9 }, 3, 1));
        Assert.Equal("'foreign' begins with nothing that another does.", Refusal(Source("a", 3, 1), Source("b", 4, 2), foreign));
        var late = Source("late", 3, 1);
        late.Model.OpsetImport[0].Version = 19;
        Assert.Equal("'a' follows version 14 of ONNX's operators, another follows 19, and none is raised beyond 17.", Refusal(Source("a", 3, 1), late));
        var early = Source("early", 3, 1);
        early.Model.OpsetImport[0].Version = 6;
        Assert.StartsWith("'early' cannot be raised to version 14 of ONNX's operators: Gemm of version 6", Refusal(Source("a", 3, 1), early), StringComparison.Ordinal);
        var branching = Source("branching", 3, 1);
        branching.Model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", G = new GraphProto() });
        Assert.StartsWith("'branching' is not rewritten: Conv has a graph of its own", Refusal(Source("a", 3, 1), branching), StringComparison.Ordinal);
        var broken = Source("broken", 3, 1);
        broken.Model.Graph.Node[0].Input[0] = "nothing";
        Assert.Equal("'broken' takes 'nothing' before anything gives it.", Refusal(Source("a", 3, 1), broken));
        Assert.Equal("two models are named 'a'.", Refusal(Source("a", 3, 1), Source("a", 3, 2)));
        Assert.Equal("there is one model alone.", Refusal(Source("a", 3, 1)));
    }

    private static MergeSource Source(string name, int classes, int seed, string prefix = "") => new(name, MadeClassifiers.Make(Backbone, classes, seed, prefix));

    private static string Refusal(params MergeSource[] sources) => Assert.IsType<MergeOutcome.Refused>(GraphMerger.Merge(sources)).Reason;
}
