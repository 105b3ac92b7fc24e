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

/// <summary>Starts that are refused, and deaths of those that the root owns.</summary>
public sealed class ActorPipelineRootSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly ModelId[] Both = [Cards.Detector, Cards.Classifier];

    [Fact]
    public void Should_name_every_reason_when_several_pipelines_cannot_be_opened()
    {
        DeclareBoth();
        Add("first", new NumberedFrameSource(5, 16, 16) { FailsToOpen = true });
        Add("second", new NumberedFrameSource(5, 16, 16), sink: new RecordingSink { FailsToOpen = "no such folder" });
        Add("third", new NumberedFrameSource(5, 16, 16));

        Start(budget: 60, models: Both);

        var reasons = Refused();
        Assert.Equal(2, reasons.Count);
        Assert.Contains(reasons, r => r.Contains("'first'") && r.Contains("not to open"));
        Assert.Contains(reasons, r => r.Contains("'second'") && r.Contains("no such folder"));
    }

    [Fact]
    public void Should_refuse_before_anything_is_loaded_when_a_model_can_never_fit()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier, mebibytes: 70);
        Add("street", new NumberedFrameSource(5, 16, 16));

        Start(budget: 60, models: Both);

        Assert.Contains("70.0 MiB", Assert.Single(Refused()));
        Assert.Equal(0, Runtime["detector"].LoadAttempts);
    }

    [Fact]
    public void Should_refuse_with_every_reason_when_models_cannot_be_loaded()
    {
        Runtime.Add(Declare(Cards.Detector) with { FailLoads = 100 });
        Runtime.Add(Declare(Cards.Classifier) with { FailLoads = 100 });
        Add("street", new NumberedFrameSource(5, 16, 16));

        Start(budget: 60, models: Both);

        Assert.Equal(2, Refused().Count);
        Assert.Equal((1, 1), (Runtime["detector"].LoadAttempts, Runtime["classifier"].LoadAttempts));
    }

    [Fact]
    public void Should_answer_who_waits_when_it_is_shut_down_before_the_start()
    {
        Runtime.Add(Declare(Cards.Detector) with { LoadTime = TimeSpan.FromSeconds(1) });
        Declare(Cards.Classifier);
        Add("street", new NumberedFrameSource(5, 16, 16));
        Start(budget: 60, models: Both);
        Eventually(() => Assert.Equal(1, Runtime["detector"].Waiting));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        Root.Tell(new ShutDown(done));

        Assert.Contains("shut down before the start", Refused());
        Eventually(() => Assert.True(done.Task.IsCompleted));
        Advance(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("memory-monitor")]
    [InlineData("memory-supervisor")]
    [InlineData("work-board")]
    public void Should_refuse_and_leave_nothing_loaded_when_a_part_dies_during_the_probes(string part)
    {
        Runtime.Add(Declare(Cards.Detector) with { LoadTime = TimeSpan.FromSeconds(1) });
        Declare(Cards.Classifier);
        Add("street", new NumberedFrameSource(5, 16, 16));
        Start(budget: 60, models: Both);
        Eventually(() => Assert.Equal(1, Runtime["detector"].Waiting));

        Sys.ActorSelection($"/user/actor-pipeline/{part}").Tell(PoisonPill.Instance);

        AdvanceUntil(() => Assert.NotEmpty(Seen<RunRefused>()), Step);
        Assert.Contains(Refused(), r => r.Contains($"{part} died"));
        Assert.False(Seen<RunRefused>()[0].Stuck);
        Assert.Equal((0, 0), (Runtime["detector"].Resident, Runtime["classifier"].Resident));
    }

    [Fact]
    public void Should_fail_a_models_work_when_its_actor_keeps_dying()
    {
        DeclareBoth();
        var source = new NumberedFrameSource(5, 16, 16) { BlockAt = 3 };
        Add("street", source);
        Start(budget: 200, new ServingSettings { MaxFailures = 2, BackoffMax = TimeSpan.FromHours(1) }, Both);
        Eventually(() => Assert.Equal((true, 3), (source.IsBlocked, Seen<FrameConcluded>().Count)));

        KillAndSee("models/detector");
        AdvanceUntil(() => Assert.NotNull(Find("models/detector")), Step);
        KillAndSee("models/detector");
        source.Release();

        var totals = End(Step).Pipelines[0].Totals;
        Assert.Equal((5, 5), (totals.Captured, totals.Concluded));
        Assert.Equal((3, 2), (totals.Classified, totals.Failed["model-failed"]));
    }

    [Fact]
    public void Should_end_the_run_as_stuck_when_a_models_actor_dies_under_a_run_that_never_comes_out()
    {
        DeclareBoth();
        var hanging = Declare(Cards.Detector) with { HangsForEver = _ => true };
        Add("street", new NumberedFrameSource(5, 16, 16) { OnRead = _ => Runtime.Add(hanging) });
        Start(budget: 200, new ServingSettings { RunTimeout = TimeSpan.FromSeconds(2), LostAfter = TimeSpan.FromMilliseconds(10) }, Both);
        Eventually(() => Assert.InRange(Runtime["detector"].Waiting, 1, 2));

        KillModel("detector");
        var run = End(Step);

        Assert.True(run.Stuck);
        Assert.Contains(run.Failures, f => f.Contains("never came back"));
        Assert.Equal(run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Concluded);
        Assert.Contains(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Stuck && l.Model == Cards.Detector);
    }

    [Fact]
    public void Should_keep_the_pipeline_when_a_model_of_the_same_name_dies()
    {
        DeclareBoth();
        Runtime.Add(Declare(Second) with { Labels = LabelList.None });
        var reading = new NumberedFrameSource(30, 16, 16) { BlockAt = 10 };
        Add("second", reading);
        Start(budget: 200, new ServingSettings { MaxFailures = 1 }, [.. Both, Second]);
        Eventually(() => Assert.True(reading.IsBlocked));

        Sys.ActorSelection("/user/actor-pipeline/models/second").Tell(new Identify(1), TestActor);
        var model = Watch(ExpectMsg<ActorIdentity>().Subject);
        Sys.Stop(model);
        ExpectTerminated(model);
        reading.Release();

        Assert.Equal(30, End(Step).Pipelines[0].Totals.Classified);
    }

    [Theory]
    [InlineData("work-board")]
    [InlineData("memory-monitor")]
    [InlineData("memory-supervisor")]
    public void Should_go_on_with_a_new_one_and_account_for_every_frame_when_a_part_dies(string part)
    {
        DeclareBoth();
        var reading = new NumberedFrameSource(200, 16, 16) { BlockAt = 50 };
        Add("street", reading);
        Start(budget: 60, models: Both);
        Eventually(() => Assert.True(reading.IsBlocked));

        Sys.ActorSelection($"/user/actor-pipeline/{part}").Tell(Kill.Instance);
        Sys.ActorSelection("/user/actor-pipeline").Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();
        reading.Release();
        var run = End(Step);

        Assert.Empty(run.Failures);
        var totals = run.Pipelines[0].Totals;
        Assert.Equal((200, 200), (totals.Captured, totals.Concluded));
        // Frames that a dead board had in hand are lost; no more than were in flight.
        Assert.InRange(totals.Failed.GetValueOrDefault("board-lost"), 0, part == "work-board" ? 8 : 0);
        Eventually(() => Assert.Empty(Charges()));
        AssertSound(run);
    }

    [Theory]
    [InlineData("work-board")]
    [InlineData("memory-monitor")]
    [InlineData("memory-supervisor")]
    public void Should_end_with_a_failure_and_every_frame_accounted_for_when_a_part_dies_too_often(string part)
    {
        DeclareBoth();
        var reading = new NumberedFrameSource(200, 16, 16) { BlockAt = 50 };
        Add("street", reading);
        Start(budget: 60, new ServingSettings { MaxFailures = 2 }, Both);
        Eventually(() => Assert.True(reading.IsBlocked));

        for (var i = 0; i < 2; i++)
        {
            AdvanceUntil(() => Assert.NotNull(Find(part)), TimeSpan.FromMilliseconds(50));
            Sys.ActorSelection($"/user/actor-pipeline/{part}").Tell(Kill.Instance);
            Eventually(() => Assert.Null(Find(part)));
        }
        reading.Release();
        var run = End(Step);

        Assert.Contains($"{part} died too often", run.Failures);
        Assert.Equal(run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Concluded);
    }

    private void DeclareBoth()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
    }

    private void KillModel(string name) => Sys.ActorSelection($"/user/actor-pipeline/models/{name}").Tell(PoisonPill.Instance);

    private IReadOnlyList<string> Refused()
    {
        Eventually(() => Assert.NotEmpty(Seen<RunRefused>()));
        return Seen<RunRefused>()[0].Reasons;
    }
}
