using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>What people ask of a tree, in each of its states: pause and resume, and questions.</summary>
public sealed class ActorPipelineRootControlSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly PipelineId Street = new("street");

    [Fact]
    public void Should_let_no_frame_in_between_pause_and_resumption_and_account_for_all()
    {
        var source = Running(frames: 40, blockAt: 10);

        Assert.Contains("'street' is paused", Done(new PausePipeline(Street)));
        source.Release();
        Eventually(() => Assert.Equal(10, Seen<FrameConcluded>().Count));
        Assert.Contains("'street' runs again", Done(new ResumePipeline(Street)));

        var run = End(Step);
        Assert.Equal((40, 0), (run.Pipelines[0].Totals.Classified, run.Failures.Count));
        var told = Seen<ITelemetryEvent>().Where(e => e is FrameEntered or PipelinePaused).ToList();
        Assert.Equal([10, 11], told.Select((e, place) => e is PipelinePaused ? place : -1).Where(place => place >= 0));
        AssertSound(run);
    }

    [Fact]
    public void Should_let_another_pipelines_models_have_the_memory_when_one_is_paused()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        Declare(Second);
        var (paused, other) = (new NumberedFrameSource(40, 16, 16) { BlockAt = 10 }, new NumberedFrameSource(40, 16, 16) { BlockAt = 0 });
        Add("street", paused);
        Add("yard", other, [Second]);
        Start(budget: 90, models: [Cards.Detector, Cards.Classifier, Second]);
        Eventually(() => Assert.True(paused.IsBlocked && other.IsBlocked));

        Done(new PausePipeline(Street));
        paused.Release();
        other.Release();
        AdvanceUntil(() => Assert.Equal(40, Seen<FrameConcluded>().Count(f => f.Pipeline.Value == "yard")), Step);
        Assert.Equal(10, Seen<FrameConcluded>().Count(f => f.Pipeline == Street));
        Done(new ResumePipeline(Street));

        var run = End(Step);
        Assert.Equal([40L, 40L], run.Pipelines.Select(p => p.Totals.Classified));
        AssertSound(run);
    }

    [Fact]
    public void Should_end_as_ever_when_it_is_shut_down_while_a_pipeline_is_paused()
    {
        var source = Running(frames: 40, blockAt: 10);
        Done(new PausePipeline(Street));
        source.Release();

        Root.Tell(new ShutDown());

        var run = End(Step);
        Assert.Equal((10, 10), (run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Concluded));
        Assert.Empty(run.Failures);
        AssertSound(run);
    }

    [Fact]
    public void Should_refuse_by_name_when_there_is_no_such_pipeline()
    {
        var source = Running(frames: 2, blockAt: 1);

        Assert.Contains("no pipeline 'yard'", Refused(new PausePipeline(new PipelineId("yard"))));

        source.Release();
        End(Step);
    }

    [Fact]
    public void Should_refuse_when_a_pipeline_has_ended_and_when_the_run_is_ending_and_when_it_is_over()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        var yard = new NumberedFrameSource(5, 16, 16) { BlockAt = 2 };
        Add("street", new NumberedFrameSource(1, 16, 16));
        Add("yard", yard);
        Start(budget: 200, models: [Cards.Detector, Cards.Classifier]);
        Eventually(() => Assert.Equal(3, Seen<FrameConcluded>().Count));
        AwaitAssert(() => Assert.Contains("'street' has ended", Refused(new PausePipeline(Street))), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));

        Root.Tell(new ShutDown());
        Assert.Contains("is ending", Refused(new PausePipeline(new PipelineId("yard"))));
        yard.Release();
        End(Step);

        Assert.Contains("is over", Refused(new PausePipeline(Street)));
    }

    [Fact]
    public void Should_refuse_when_the_run_has_not_begun()
    {
        Runtime.Add(Declare(Cards.Detector) with { LoadTime = TimeSpan.FromSeconds(1) });
        Declare(Cards.Classifier);
        Add("street", new NumberedFrameSource(2, 16, 16));
        Start(budget: 200, models: [Cards.Detector, Cards.Classifier]);
        Eventually(() => Assert.Equal(1, Runtime["detector"].Waiting));

        Assert.Contains("not begun yet", Refused(new PausePipeline(Street)));

        End(Step);
    }

    [Fact]
    public void Should_refuse_who_waits_when_the_pipeline_dies_before_it_answers()
    {
        var source = Running(frames: 40, blockAt: 10);
        var pipeline = Find("pipelines/street")!;

        // It has the word to die before the one to pause.
        pipeline.Tell(PoisonPill.Instance);
        Root.Tell(new PausePipeline(Street), TestActor);
        source.Release();

        Assert.Contains("'street' has ended", ExpectMsg<ControlRefused>().Reason);
        End(Step);
    }

    [Fact]
    public void Should_hand_questions_on_to_the_supervisor_and_the_board_of_the_time()
    {
        var source = Running(frames: 40, blockAt: 10);
        KillAndSee("memory-supervisor");
        AdvanceUntil(() => Assert.NotNull(Find("memory-supervisor")), Step);
        KillAndSee("work-board");
        AdvanceUntil(() => Assert.NotNull(Find("work-board")), Step);

        Root.Tell(new ExplainModel(Cards.Detector), TestActor);
        Assert.Equal(Cards.Detector, ExpectMsg<ModelExplained>().Explanation.Model);
        Root.Tell(GetBoardView.Instance, TestActor);
        Assert.Equal(2, ExpectMsg<BoardView>().Lanes);

        source.Release();
        End(Step);
    }

    [Fact]
    public void Should_say_that_nobody_can_answer_when_the_run_was_refused_before_there_was_a_tree()
    {
        Declare(Cards.Detector);
        Add("street", new NumberedFrameSource(2, 16, 16), classify: [Second]);
        Start(budget: 200, models: [Cards.Detector, Second]);
        Eventually(() => Assert.NotEmpty(Seen<RunRefused>()));

        Root.Tell(new ExplainModel(Cards.Detector), TestActor);

        Assert.Contains("did not begin", ExpectMsg<ControlRefused>().Reason);
    }

    private NumberedFrameSource Running(int frames, long blockAt)
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        var source = new NumberedFrameSource(frames, 16, 16) { BlockAt = blockAt };
        Add("street", source);
        Start(budget: 200, models: [Cards.Detector, Cards.Classifier]);
        Eventually(() => Assert.Equal((true, blockAt), (source.IsBlocked, Seen<FrameConcluded>().Count)));
        return source;
    }
}
