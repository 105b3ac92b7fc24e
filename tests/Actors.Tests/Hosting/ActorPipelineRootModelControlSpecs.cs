using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Models loaded, unloaded and pinned by hand while a run goes on: detector, classifier and a second classifier take 40 MiB each.</summary>
public sealed class ActorPipelineRootModelControlSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Should_load_a_model_without_work_and_unload_it_again_when_asked()
    {
        var source = Running(budget: 200);
        Eventually(() => Assert.DoesNotContain(Second, Resident()));

        Done(new PreloadModel(Second));
        Eventually(() => Assert.Contains(Second, Resident()));
        Done(new EvictModel(Second));
        Eventually(() => Assert.DoesNotContain(Second, Resident()));

        source.Release();
        AssertSound(End(Step));
    }

    [Fact]
    public void Should_take_a_preloaded_model_out_first_when_another_has_work()
    {
        // One at a time: whoever has work needs the room of the one that has none.
        var source = Running(budget: 70);
        Done(new EvictModel(Cards.Detector));
        Eventually(() => Assert.DoesNotContain(Cards.Detector, Resident()));
        Done(new PreloadModel(Second));
        AdvanceUntil(() => Assert.Contains(Second, Resident()), Step);

        source.Release();

        var run = End(Step);
        Assert.Equal(40, run.Pipelines[0].Totals.Classified);
        Assert.Contains(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Yielded && l.Model == Second);
        AssertSound(run);
    }

    [Fact]
    public void Should_go_on_with_every_frame_when_models_are_evicted_under_work()
    {
        var source = Running(budget: 200);

        Done(new EvictModel(Cards.Detector));
        Done(new EvictModel(Cards.Classifier));
        source.Release();

        var run = End(Step);
        Assert.Equal((40, 0), (run.Pipelines[0].Totals.Classified, run.Pipelines[0].Totals.Failed.Count));
        AssertSound(run);
    }

    [Fact]
    public void Should_refuse_by_name_when_there_is_no_such_model()
    {
        var source = Running(budget: 200);

        Assert.Contains("no model 'nobody'", Refused(new PreloadModel(new ModelId("nobody"))));
        Assert.Contains("no model 'nobody'", Refused(new EvictModel(new ModelId("nobody"))));

        source.Release();
        End(Step);
    }

    [Fact]
    public void Should_refuse_when_a_models_actor_stopped_too_often()
    {
        var source = Running(budget: 200, new ServingSettings { MaxFailures = 1 });
        KillAndSee("models/second");

        AwaitAssert(() => Assert.Contains("'second' stopped too often", Refused(new PreloadModel(Second))), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));

        source.Release();
        End(Step);
    }

    [Fact]
    public void Should_keep_a_pinned_model_in_memory_while_others_take_turns()
    {
        var source = Running(budget: 130);
        Done(new PreloadModel(Second));
        AdvanceUntil(() => Assert.Contains(Second, Resident()), Step);
        Assert.Contains("'second' is pinned", Done(new PinModel(Second, Pinned: true)));
        Assert.Contains("already", Done(new PinModel(Second, Pinned: true)));

        Done(new SetBudget(Bytes.MiB(90)));
        source.Release();

        var run = End(Step);
        Assert.Equal(40, run.Pipelines[0].Totals.Classified);
        Assert.DoesNotContain(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Yielded && l.Model == Second);
        Assert.Contains(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Yielded && l.Model != Second);
        Assert.Equal((Second, true), Assert.Single(Seen<ModelPinned>().Select(p => (p.Model, p.Pinned))));
        AssertFrames(run);
        AssertSessions();
    }

    [Fact]
    public void Should_refuse_with_the_numbers_when_pinned_models_would_leave_another_no_room()
    {
        var source = Running(budget: 100);
        Done(new PinModel(Cards.Detector, Pinned: true));

        var reason = Refused(new PinModel(Cards.Classifier, Pinned: true));

        Assert.Contains("model 'classifier' cannot be pinned: pinned 'classifier', 'detector' keep host 80.0 MiB, and model 'second' needs host 40.0 MiB beside them", reason);
        Assert.Contains("the budget cannot be 70.0 MiB", Refused(new SetBudget(Bytes.MiB(70))));
        Done(new PinModel(Cards.Detector, Pinned: false));
        Done(new SetBudget(Bytes.MiB(70)));
        source.Release();
        AssertFrames(End(Step));
    }

    [Theory]
    [InlineData("memory-supervisor")]
    [InlineData("models/second")]
    [InlineData("work-board")]
    public void Should_still_be_pinned_when_a_part_that_knew_it_was_made_anew(string part)
    {
        var source = Running(budget: 130);
        Done(new PinModel(Second, Pinned: true));
        KillAndSee(part);
        AdvanceUntil(() => Assert.NotNull(Find(part)), Step);

        Done(new PreloadModel(Second));
        AdvanceUntil(() => Assert.Contains(Second, Resident()), Step);
        Done(new SetBudget(Bytes.MiB(90)));
        source.Release();

        var run = End(Step);
        Assert.Equal(40, run.Pipelines[0].Totals.Classified);
        Assert.DoesNotContain(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Yielded && l.Model == Second);
    }

    /// <summary>A street whose models were loaded; the second classifier has no work.</summary>
    private NumberedFrameSource Running(double budget, ServingSettings? serving = null)
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        Declare(Second);
        var source = new NumberedFrameSource(40, 16, 16) { BlockAt = 10 };
        Add("street", source);
        Start(budget, serving, Cards.Detector, Cards.Classifier, Second);
        AdvanceUntil(() => Assert.Equal((true, 10), (source.IsBlocked, Seen<FrameConcluded>().Count)), Step);
        return source;
    }

    private IEnumerable<ModelId> Resident() => Seen<ModelStateChanged>().GroupBy(s => s.Model).Where(states => states.Last().State == ModelState.Ready).Select(states => states.Key);
}
