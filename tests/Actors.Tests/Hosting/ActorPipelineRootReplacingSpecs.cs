using ActorPipeline.Catalog;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>A model gets another file while it runs, or stays with the one it has.</summary>
public sealed class ActorPipelineRootReplacingSpecs : ReplacingKit
{
    [Theory]
    [InlineData(200)]
    [InlineData(130)]
    // One at a time: they take turns.
    [InlineData(70)]
    public void Should_serve_from_the_new_file_when_it_says_the_same(double budget)
    {
        var source = Running(budget);
        New(m => m);

        Assert.Contains("tried with 'new.onnx'", Done(new ReplaceModel(Card())));
        source.Release();

        var ended = Ended();
        Assert.Equal((true, "new.onnx"), (ended.Replaced, ended.Card.Path));
        Assert.Contains("in 100 %", ended.Text);
        AdvanceUntil(() => Assert.True(Runtime["classifier", "new~1"].Runs > 0), Step);
        var run = End(Step);
        Assert.Equal((400, 0), (run.Pipelines[0].Totals.Classified, run.Pipelines[0].Totals.Failed.Count));
        AssertSound(run);
        AssertGone(run);
    }

    [Fact]
    public void Should_serve_from_the_new_file_when_it_is_a_detector_that_finds_the_same()
    {
        var source = Running(200);
        New(m => m with { Detects = static _ => [new Detection(new BoundingBox(0, 0, 6, 5), 0, 0.5f)] }, Cards.Detector);

        Done(new ReplaceModel(Card(Cards.Detector)));
        source.Release();

        AssertReplaced();
        AdvanceUntil(() => Assert.True(Runtime["detector", "new~1"].Runs > 0), Step);
        AssertSound(End(Step));
    }

    public static TheoryData<string, Func<SyntheticModel, SyntheticModel>, string> Worse => new()
    {
        { "says otherwise", m => m with { Classifies = static _ => [new Classification(1, 1)] }, "in 0 % of the cases, and 80 % are wanted" },
        { "cannot be loaded", m => m with { FailLoads = 100 }, "was declared to fail" },
        { "fails", m => m with { Fails = static _ => true }, "it could not be run" },
        { "hangs", m => m with { Hangs = static _ => true }, "it could not be run" },
        { "knows other classes", m => m with { Classes = 11 }, "knows 11 classes, but 'fp32' knows 10" },
        { "has another input", m => m with { InputWidth = 48 }, "takes pictures of 48 x 32" },
    };

    [Theory]
    [MemberData(nameof(Worse))]
    public void Should_stay_with_the_old_file_when_the_new_one(string what, Func<SyntheticModel, SyntheticModel> worse, string why)
    {
        _ = what;
        var source = Running(200);
        New(worse);

        Done(new ReplaceModel(Card()));
        source.Release();

        var ended = Ended();
        Assert.Equal((false, ""), (ended.Replaced, ended.Card.Path));
        Assert.Contains(why, ended.Text);
        var run = End(Step);
        Assert.Equal((400, 0), (run.Pipelines[0].Totals.Classified, run.Pipelines[0].Totals.Failed.Count));
        Assert.Equal(0, Runtime["classifier", "new~1"].Loads);
        AssertSound(run);
        AssertGone(run);
    }

    [Fact]
    public void Should_stay_with_the_old_file_when_the_new_one_takes_longer()
    {
        Replacing = new ReplacementSettings { Samples = 4, Slowdown = 2 };
        var source = Running(200, runTime: TimeSpan.FromMilliseconds(20));
        New(m => m with { RunTime = TimeSpan.FromMilliseconds(300) });

        Done(new ReplaceModel(Card()));
        source.Release();

        var ended = Ended();
        Assert.False(ended.Replaced);
        Assert.Contains("times as long, where 2 times are allowed", ended.Text);
        Root.Tell(new ShutDown());
        AssertSound(End(Step));
    }

    [Fact]
    public void Should_refuse_at_once_when_it_can_be_seen_that_it_will_not_do()
    {
        var source = Running(200);

        Assert.Contains("no model 'nobody'", Refused(new ReplaceModel(Card(new ModelId("nobody")))));
        Assert.Contains("not declared", Refused(new ReplaceModel(Card())));
        New(m => m, number: 2);
        Assert.Contains("takes a restart", Refused(new ReplaceModel(Card() with { Kind = ModelKind.PicoDet })));
        New(m => m with { Footprint = Footprint.Declared(Bytes.MiB(400), Bytes.MiB(400), Bytes.Zero) }, number: 3);
        Assert.Contains("can never fit", Refused(new ReplaceModel(Card())));
        New(m => m, Second, number: 4);
        Assert.Contains("no pipeline runs it", Refused(new ReplaceModel(Card(Second))));
        New(m => m, number: 5);
        Assert.Contains("its providers are others", Refused(new ReplaceModel(Card() with { Providers = [ExecutionProvider.Cuda, ExecutionProvider.Cpu] })));
        New(m => m, number: 6);
        Assert.Contains("it has variants", Refused(new ReplaceModel(Card() with { Variants = [new ModelVariant { Name = "other", Path = "other.onnx" }] })));
        Assert.Contains("stays with", Done(new ReplaceModel(Card() with { Path = "" })));

        source.Release();
        Assert.Empty(Seen<ReplacementBegan>());
        AssertSound(End(Step));
    }

    [Fact]
    public void Should_refuse_at_once_when_pinned_models_leave_it_no_room()
    {
        var source = Running(90);
        New(m => m with { Footprint = Footprint.Declared(Bytes.MiB(60), Bytes.MiB(60), Bytes.Zero) });
        Done(new PinModel(Cards.Classifier, Pinned: true));

        Assert.Contains("pinned 'classifier' keep host 40.0 MiB, and model 'classifier~1' needs host 60.0 MiB beside them", Refused(new ReplaceModel(Card())));

        Done(new PinModel(Cards.Classifier, Pinned: false));
        source.Release();
        AssertSound(End(Step));
    }

    [Fact]
    public void Should_call_it_off_when_the_old_file_is_named_again_or_another_one()
    {
        var source = Running(200);
        New(m => m);
        New(m => m, number: 2);

        Done(new ReplaceModel(Card()));
        Done(new ReplaceModel(Card() with { Path = "newer.onnx" }));
        Assert.Equal("another was named", Ended().Text);
        Done(new ReplaceModel(Card() with { Path = "" }));
        Eventually(() => Assert.Equal([false, false], Seen<ReplacementEnded>().Select(e => e.Replaced)));
        source.Release();

        var run = End(Step);
        Assert.Equal(0, Runtime["classifier", "new~1"].Loads);
        AssertSound(run);
        AssertGone(run);
    }
}
