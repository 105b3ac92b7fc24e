using ActorPipeline.Catalog;
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

    [Fact]
    public void Should_fail_a_models_work_when_its_actor_keeps_dying()
    {
        DeclareBoth();
        // A run that waits for time to move keeps the detector's frames in flight while its actor is killed.
        var hanging = Declare(Cards.Detector) with { Hangs = _ => true };
        Add("street", new NumberedFrameSource(5, 16, 16) { OnRead = _ => Runtime.Add(hanging) });
        Start(budget: 60, new ServingSettings { MaxFailures = 2, RunTimeout = TimeSpan.FromHours(1), LostAfter = TimeSpan.FromMilliseconds(10) }, Both);
        Eventually(() => Assert.InRange(Runtime["detector"].Waiting, 1, 2));

        AdvanceUntil(() => { KillModel("detector"); Assert.NotEmpty(Seen<RunEnded>()); }, TimeSpan.FromMinutes(10));

        var totals = Seen<RunEnded>()[0].Pipelines[0].Totals;
        Assert.Equal((5, 5), (totals.Captured, totals.Concluded));
        Assert.InRange(totals.Failed["model-failed"], 1, 5);
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
    public void Should_end_with_a_failure_and_every_frame_accounted_for_when_a_part_dies(string part)
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

        Assert.Contains($"{part} died", run.Failures);
        var totals = run.Pipelines[0].Totals;
        Assert.Equal(totals.Captured, totals.Concluded);
        Assert.InRange(totals.Captured, 50, 200);
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
