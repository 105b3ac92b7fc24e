using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>A model gets another file while it runs: detector, classifier and candidate take 40 MiB each.</summary>
public sealed class ActorPipelineRootReplacingSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly ModelId Candidate = new("classifier~1");

    private readonly ManualResetEventSlim _over = new(), _held = new();

    // Time moves in leaps here, and leaps are no measure of how long a run takes.
    public ActorPipelineRootReplacingSpecs() => Replacing = new ReplacementSettings { Slowdown = 100 };

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
        AdvanceUntil(() => Assert.True(Runtime["classifier", "new"].Runs > 0), Step);
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
        AdvanceUntil(() => Assert.True(Runtime["detector", "new"].Runs > 0), Step);
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
        Assert.Equal(0, Runtime["classifier", "new"].Loads);
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
        Assert.Equal(0, Runtime["classifier", "new"].Loads);
        AssertSound(run);
        AssertGone(run);
    }

    [Theory]
    [InlineData("work-board")]
    [InlineData("memory-supervisor")]
    public void Should_stay_with_the_old_file_when_a_part_dies_meanwhile(string part)
    {
        var source = Running(200);
        New(m => m);
        Done(new ReplaceModel(Card()));
        AdvanceUntil(() => Assert.Equal(1, Runtime["classifier~1"].Loads), Step);

        KillAndSee(part);

        Assert.Contains($"{part} died", Ended().Text);
        AdvanceUntil(() => Assert.NotNull(Find(part)), Step);
        source.Release();
        var run = End(Step);
        AssertFrames(run);
        AssertGone(run);
    }

    [Fact]
    public void Should_stay_with_the_old_file_when_who_tries_the_new_one_dies()
    {
        var source = Running(200);
        New(m => m);
        Done(new ReplaceModel(Card()));
        AdvanceUntil(() => Assert.Equal(1, Runtime["classifier~1"].Loads), Step);

        KillAndSee("replacement-classifier~1");

        Assert.Contains("who tried it stopped", Ended().Text);
        source.Release();
        var run = End(Step);
        AssertSound(run);
        AssertGone(run);
    }

    [Fact]
    public void Should_end_as_ever_when_the_run_ends_while_it_is_tried()
    {
        var source = Running(200);
        New(m => m);
        Done(new ReplaceModel(Card()));

        Root.Tell(new ShutDown());
        source.Release();

        Assert.Equal("the run is ending", Ended().Text);
        var run = End(Step);
        Assert.Empty(run.Failures);
        AssertSound(run);
        AssertGone(run);
    }

    [Fact]
    public void Should_come_back_with_the_new_file_when_its_actor_dies_later()
    {
        var source = Running(200, holdAt: 300);
        New(m => m);
        Done(new ReplaceModel(Card()));
        source.Release();
        AssertReplaced();
        AdvanceUntil(() => Assert.True(Runtime["classifier", "new"].Runs > 0), Step);
        var loads = Runtime["classifier", "new"].Loads;

        KillAndSee("models/classifier");
        _held.Set();

        AdvanceUntil(() => Assert.True(Runtime["classifier", "new"].Loads > loads), Step);
        var run = End(Step);
        Assert.Equal(run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Concluded);
    }

    protected override void AfterAll()
    {
        _over.Set();
        _held.Set();
        base.AfterAll();
        _over.Dispose();
        _held.Dispose();
    }

    /// <summary>A street that stands at its tenth frame; from there on frames come slowly until it is decided.</summary>
    private NumberedFrameSource Running(double budget, long holdAt = long.MaxValue, TimeSpan runTime = default)
    {
        Declare(Cards.Detector);
        Runtime.Add(Declare(Cards.Classifier) with { RunTime = runTime });
        Declare(Second);
        var source = new NumberedFrameSource(400, 16, 16)
        {
            BlockAt = 10,
            OnRead = number =>
            {
                if (number > 10) _over.Wait(TimeSpan.FromMilliseconds(10));
                if (number >= holdAt) _held.Wait();
            },
        };
        Add("street", source);
        Start(budget, new ServingSettings { RunTimeout = TimeSpan.FromMilliseconds(400) }, Cards.Detector, Cards.Classifier, Second);
        AdvanceUntil(() => Assert.Equal((true, 10), (source.IsBlocked, Seen<FrameConcluded>().Count)), Step);
        return source;
    }

    /// <summary>What is in the new file: it is loaded under the candidate's name first, and then under the model's.</summary>
    private void New(Func<SyntheticModel, SyntheticModel> change, ModelId? of = null, int number = 1)
    {
        var (model, size) = (of ?? Cards.Classifier, Bytes.MiB(40));
        var declared = change(new SyntheticModel(model) { Footprint = Footprint.Declared(size, size, Bytes.Zero) });
        Runtime.Add(declared with { Variant = "new" });
        Runtime.Add(declared with { Id = new ModelId($"{model}~{number}") });
    }

    private ModelCard Card(ModelId? of = null) => CardOf(of ?? Cards.Classifier) with { Path = "new.onnx", Variant = "new" };

    private ReplacementEnded Ended()
    {
        AdvanceUntil(() => Assert.NotEmpty(Seen<ReplacementEnded>()), Step);
        _over.Set();
        return Seen<ReplacementEnded>()[0];
    }

    private void AssertReplaced()
    {
        var ended = Ended();
        Assert.True(ended.Replaced, ended.Text);
    }

    private void AssertGone(RunEnded run)
    {
        Assert.Empty(run.Failures);
        Eventually(() => Assert.DoesNotContain(Charges(), c => c.Account.Contains('~')));
        Eventually(() => Assert.Null(Find($"models/{Candidate}")));
        Assert.Equal(0, Runtime[Candidate].Resident);
        Assert.Equal((0, 0), (Runtime[Candidate].RunsAfterDispose, Runtime[Candidate].DisposedWhileRunning));
    }
}
