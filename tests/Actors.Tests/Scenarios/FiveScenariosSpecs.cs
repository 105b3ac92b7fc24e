using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Scenarios;

/// <summary>The five scenarios in which an earlier design froze, lost bytes or lost frames.</summary>
public sealed class FiveScenariosSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Should_take_turns_to_the_end_without_a_timer_when_two_models_share_a_budget_for_one()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        var sink = Add("street", new NumberedFrameSource(60, 16, 16));
        var start = Time.GetUtcNow();

        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);
        var run = End();

        Assert.Equal(start, Time.GetUtcNow());
        Assert.Empty(run.Failures);
        Assert.False(run.Stuck);
        Assert.Equal((60, 60), (run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Classified));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (long)i), sink.Numbers);
        // A probe and at least two turns each, and nothing in memory at the end.
        foreach (var model in new[] { Runtime["detector"], Runtime["classifier"] })
        {
            Assert.InRange(model.Loads, 3, 200);
            Assert.Equal(0, model.Resident);
        }
        Eventually(() => Assert.Empty(Charges()));
        AssertSound(run);
    }

    [Theory]
    [InlineData("detector")]
    [InlineData("classifier")]
    public void Should_fail_its_frames_and_end_when_a_load_fails_to_the_bound(string which)
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        // The probe succeeds; from the first frame on no load does.
        var broken = new SyntheticModel(new Catalog.ModelId(which)) { FailLoads = int.MaxValue };
        Add("street", new NumberedFrameSource(12, 16, 16) { OnRead = n => { if (n == 0) Runtime.Add(broken); } });

        Start(budget: 60, new ServingSettings { MaxFailures = 4 }, Cards.Detector, Cards.Classifier);
        var run = End(Step);

        Assert.Equal(1 + 4, Runtime[which].LoadAttempts);
        Assert.Equal((12, 12), (run.Pipelines[0].Totals.Captured, run.Pipelines[0].Totals.Failed["model-failed"]));
        Assert.Equal(4, Seen<ModelStateChanged>().Count(s => s.Model.Value == which && s.State is ModelState.BackingOff or ModelState.Failed && !s.Probe));
        Eventually(() => Assert.Empty(Charges()));
        AssertSound(run);
    }

    [Fact]
    public void Should_go_on_under_a_new_supervisor_when_one_dies_while_a_model_loads_and_another_drains()
    {
        Declare(Cards.Detector);
        var slow = new[] { Declare(Cards.Classifier), Declare(Second) }.Select(m => m with { LoadTime = TimeSpan.FromSeconds(1) }).ToArray();
        // Budget for two. Once both frames are detected one classifier loads, the other waits, and the detector, though let go of at
        // once, drains on because its memory does not come back.
        void AfterTheProbes(long frame)
        {
            if (frame > 0) return;
            foreach (var model in slow) Runtime.Add(model);
            Gauge.Native = Bytes.MiB(60);
        }
        Add("first", new NumberedFrameSource(5, 16, 16) { OnRead = AfterTheProbes }, [Cards.Classifier], window: 1);
        Add("second", new NumberedFrameSource(5, 16, 16) { OnRead = AfterTheProbes }, [Second], window: 1);
        Start(budget: 100, models: [Cards.Detector, Cards.Classifier, Second]);
        Eventually(() =>
        {
            var states = Seen<ModelStateChanged>().Where(s => !s.Probe).GroupBy(s => s.Model).ToDictionary(g => g.Key, g => g.Last().State);
            Assert.Equal(ModelState.Draining, states.GetValueOrDefault(Cards.Detector));
            Assert.Contains(ModelState.Loading, states.Values);
        });

        Sys.ActorSelection("/user/actor-pipeline/memory-supervisor").Tell(Kill.Instance);
        Gauge.Native = Bytes.Zero;
        var run = End(Step);

        Assert.Empty(run.Failures);
        Assert.All(run.Pipelines, p => Assert.Equal((5, 5), (p.Totals.Captured, p.Totals.Classified)));
        Assert.Contains(Seen<LeaseChanged>(), l => l.Lease?.Epoch == 2 && l.Change == LeaseChange.Granted);
        Eventually(() => Assert.Empty(Charges()));
        AssertSound(run);
    }

    [Fact]
    public void Should_lose_the_lane_keep_the_bytes_and_ask_for_a_new_process_when_a_run_never_comes_back()
    {
        Runtime.Add(Declare(Cards.Detector) with { HangsForEver = call => call.Mark == 5 });
        Declare(Cards.Classifier);
        Add("street", new NumberedFrameSource(40, 16, 16));
        Start(budget: 60, new ServingSettings { RunTimeout = TimeSpan.FromSeconds(1), LostAfter = TimeSpan.FromSeconds(2) }, Cards.Detector, Cards.Classifier);
        Eventually(() => Assert.Equal(1, Runtime["detector"].Waiting));

        var run = End(Step);

        Assert.True(run.Stuck);
        Assert.NotEmpty(run.Failures);
        Assert.Equal(1, run.Pipelines[0].Totals.Failed["run-timeout"]);
        Assert.Equal("run-timeout", Reason(Seen<FrameConcluded>().Single(c => c.Frame.Number == 5)));
        var leases = Seen<LeaseChanged>();
        Assert.Equal(Cards.Detector, Assert.Single(leases, l => l.Change == LeaseChange.Stuck).Model);
        Assert.Equal(Cards.Classifier, Assert.Single(leases, l => l.Change == LeaseChange.Denied).Model);
        // Charged to the very end, for the run may still be using it.
        Eventually(() => Assert.Equal("detector", Assert.Single(Charges()).Account));
        AssertSound(run, stillHeld: 1);
    }

    [Fact]
    public void Should_hold_only_its_own_pipeline_when_a_sink_blocks_and_a_camera_vanishes()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        var blocked = Add("blocked", new NumberedFrameSource(1000, 16, 16), window: 4, sink: new RecordingSink { BlocksAt = 3 });
        Add("camera", new NumberedFrameSource(1000, 16, 16, live: true) { LostAt = 30 }, window: 2);
        var fine = Add("fine", new NumberedFrameSource(50, 16, 16));
        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);

        AdvanceUntil(() => Assert.True(blocked.IsBlocked && fine.IsCompleted), Step);
        Assert.Equal(50, fine.Reports.Count);
        Assert.Equal(3, blocked.Reports.Count);
        Assert.Empty(Seen<Hosting.RunEnded>());

        Root.Tell(new ShutDown());
        var run = End(Step);

        Assert.Equal(30, Of(run, "camera").Totals.Captured);
        Assert.Contains("break off at frame 30", Of(run, "camera").Failure);
        Assert.Contains("'blocked' is blocked", Of(run, "blocked").Failure);
        Assert.Equal(3 + 4, Of(run, "blocked").Totals.Captured);
        Assert.Equal(50, Of(run, "fine").Totals.Classified);
        Assert.Equal(2, run.Failures.Count);
        // The sink's write still blocks: the process must be left without running destructors under it.
        Assert.True(run.Stuck);
        AssertSound(run);
    }

    private static string? Reason(FrameConcluded concluded) => (concluded.Outcome as FrameOutcome.Failed)?.Reason;
}
