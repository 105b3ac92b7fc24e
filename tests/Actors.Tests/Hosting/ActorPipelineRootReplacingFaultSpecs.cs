using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Something dies, ends or is given up while a model's new file is tried, or just after.</summary>
public sealed class ActorPipelineRootReplacingFaultSpecs : ReplacingKit
{
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
    public void Should_stay_with_the_old_file_when_the_candidates_actor_dies_while_it_is_loaded()
    {
        var source = Running(200);
        New(m => m with { LoadTime = TimeSpan.FromMinutes(1) });
        Done(new ReplaceModel(Card()));
        Eventually(() => Assert.Equal(1, Runtime[Candidate].Waiting));

        Find($"models/{Candidate}")!.Tell(PoisonPill.Instance);

        // Its load has to come out first.
        AdvanceUntil(() => Assert.NotEmpty(Seen<ReplacementEnded>()), TimeSpan.FromSeconds(1));
        Assert.Equal("its actor stopped", Ended().Text);
        source.Release();
        var run = End(Step);
        Assert.Equal((400, 0), (run.Pipelines[0].Totals.Classified, run.Pipelines[0].Totals.Failed.Count));
        AssertGone(run);
    }

    [Fact]
    public void Should_bring_a_model_back_when_it_was_given_up_with_its_old_file()
    {
        var source = Running(200, holdAt: 100);
        Runtime.Add(new SyntheticModel(Cards.Classifier) { FailLoads = int.MaxValue });
        Done(new EvictModel(Cards.Classifier));
        source.Release();
        AdvanceUntil(() => Assert.Equal(ModelState.Failed, Seen<ModelStateChanged>().Last(s => s.Model == Cards.Classifier).State), TimeSpan.FromSeconds(1));
        New(m => m);

        Done(new ReplaceModel(Card()));

        var ended = Ended();
        Assert.True(ended.Replaced, ended.Text);
        Assert.Contains("the old one was given up", ended.Text);
        Held.Set();
        AdvanceUntil(() => Assert.True(Runtime["classifier", "new~1"].Runs > 0), Step);
        var run = End(Step);
        Assert.True(run.Pipelines[0].Totals.Classified > 250, $"{run.Pipelines[0].Totals.Classified} of 400");
        AssertFrames(run);
        AssertGone(run);
    }

    [Fact]
    public void Should_stay_with_the_old_file_when_the_last_pipeline_that_runs_it_ends()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        Declare(Second);
        var (street, yard) = (new NumberedFrameSource(20, 16, 16) { BlockAt = 10 }, new NumberedFrameSource(20, 16, 16) { BlockAt = 10 });
        Add("street", street);
        Add("yard", yard, [Second]);
        Start(200, new ServingSettings(), Cards.Detector, Cards.Classifier, Second);
        AdvanceUntil(() => Assert.Equal(20, Seen<FrameConcluded>().Count), Step);
        Replacing = new ReplacementSettings { Samples = 1000 };
        New(m => m);

        Done(new ReplaceModel(Card()));
        street.Release();

        Assert.Equal("no pipeline runs it any more", Ended().Text);
        yard.Release();
        var run = End(Step);
        AssertSound(run);
        AssertGone(run);
    }

    [Theory]
    [InlineData("memory-supervisor")]
    [InlineData("work-board")]
    public void Should_go_on_with_the_new_file_when_a_part_dies_just_after_it_was_taken(string part)
    {
        var source = Running(200, holdAt: 300);
        New(m => m);
        Done(new ReplaceModel(Card()));
        source.Release();
        AssertReplaced();

        KillAndSee(part);

        AdvanceUntil(() => Assert.NotNull(Find(part)), Step);
        Held.Set();
        var run = End(Step);
        Assert.True(Runtime["classifier", "new~1"].Runs > 0);
        AssertFrames(run);
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
        AdvanceUntil(() => Assert.True(Runtime["classifier", "new~1"].Runs > 0), Step);
        var loads = Runtime["classifier", "new~1"].Loads;

        KillAndSee("models/classifier");
        Held.Set();

        AdvanceUntil(() => Assert.True(Runtime["classifier", "new~1"].Loads > loads), Step);
        var run = End(Step);
        Assert.Equal(run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Concluded);
    }
}
