using ActorPipeline.Hosting;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>Loads that fail or never come back, sessions that die, lanes that are lost.</summary>
public sealed class ModelActorFailureSpecs : ModelActorKit
{
    private static readonly SyntheticModel NeverLoads = new(Cards.Detector) { FailLoads = int.MaxValue };

    /// <summary>Loads that hang and take no notice of being cancelled.</summary>
    private sealed class HangingRuntime : IModelRuntime
    {
        public ManualResetEventSlim Released { get; } = new();

        public ILoadedModel Load(ModelCard card, CancellationToken cancellation)
        {
            Released.Wait(CancellationToken.None);
            throw new ModelLoadException(card.Id, LoadFailure.Other, "came out after all");
        }

        public EngineReport Build(ModelCard card, CancellationToken cancellation) => throw new NotSupportedException();

        public ModelInspection Inspect(ModelCard card) => throw new NotSupportedException();
    }

    [Fact]
    public void Should_release_wait_and_try_again_when_a_load_fails()
    {
        Start(new SyntheticModel(Cards.Detector) { FailLoads = 1 });
        Demand();
        FailToLoad();
        Silent(Supervisor);

        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(50));

        Grant();
        Supervisor.ExpectMsg<ConfirmResident>();
        Board.ExpectMsg<ModelReady>();
    }

    [Fact]
    public void Should_wait_longer_when_loads_keep_failing()
    {
        Start(NeverLoads);
        Demand();
        FailToLoad();
        WaitOut(TimeSpan.FromMilliseconds(200));
        FailToLoad();

        WaitOut(TimeSpan.FromMilliseconds(400));
        Requested();
    }

    [Fact]
    public void Should_give_up_and_fail_its_work_when_loads_fail_to_the_bound()
    {
        Start(NeverLoads);
        Demand();
        for (var i = 0; i < Settings.MaxFailures; i++)
        {
            if (i > 0) AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(100));
            FailToLoad();
        }

        Assert.Contains("declared to fail", Board.ExpectMsg<ModelUnavailable>().Reason);
        Demand();
        Board.ExpectMsg<ModelUnavailable>();
        Assert.Equal(Settings.MaxFailures, Counters.LoadAttempts);
        Unload();
        Root.ExpectMsg<ModelUnloaded>();
    }

    [Fact]
    public void Should_count_failures_anew_when_runs_were_completed_between()
    {
        Start();
        for (var i = 0; i < Settings.MaxFailures + 1; i++)
        {
            var lease = i == 0 ? GetReady().Lease : ComeBack();
            Model.Tell(new ModelFailing(Cards.Detector, "cuda error"), Board);
            Drained(completedRuns: 1);
            Demand();
            EndLease(lease);
        }
        Silent(Board);

        // And without any, the bound holds.
        for (var i = 1; i < Settings.MaxFailures; i++)
        {
            var lease = ComeBack();
            Model.Tell(new ModelFailing(Cards.Detector, "cuda error"), Board);
            Drained(completedRuns: 0);
            Demand();
            EndLease(lease);
        }
        Board.ExpectMsg<ModelUnavailable>();
    }

    [Fact]
    public void Should_drain_and_come_back_when_its_session_dies()
    {
        Start();
        var (lease, _) = GetReady();

        Sys.ActorSelection(Model.Path / "session-1").Tell(PoisonPill.Instance);
        Drained(completedRuns: 0);
        Demand();
        EndLease(lease);

        ComeBack();
        Assert.Equal((2, 1), (Counters.Loads, Counters.Resident));
    }

    [Fact]
    public void Should_ask_the_next_supervisor_when_one_dies_before_the_grant()
    {
        Start();
        Demand();
        var first = Requested();
        Sys.Stop(Supervisor);

        var next = CreateTestProbe();
        Model.Tell(new SupervisorStarted(2, next), Root);

        var report = next.ExpectMsg<ReportLeases>();
        Assert.Equal((2, Cards.Detector, null), (report.Epoch, report.Model, report.Held));
        Assert.NotEqual(first.Request, report.Pending!.Request);
        // A grant of the one before is for a request that is no more.
        Model.Tell(SyntheticParts.Grant(first, 1), Supervisor);
        Assert.Equal(1, next.ExpectMsg<ReleaseLease>().Lease.Number);
        Assert.Equal(0, Counters.LoadAttempts);
    }

    [Fact]
    public void Should_end_without_a_supervisor_when_it_waits_for_a_grant_and_is_to_unload()
    {
        Start();
        Demand();
        Requested();
        Sys.Stop(Supervisor);

        Unload();

        Root.ExpectMsg<ModelUnloaded>();
    }

    [Fact]
    public void Should_unload_without_an_end_of_its_lease_when_the_supervisor_is_dead()
    {
        Start();
        GetReady();
        Sys.Stop(Supervisor);

        Unload();
        Drained(completedRuns: 1);

        Root.ExpectMsg<ModelUnloaded>();
        Assert.Equal(0, Counters.Resident);
    }

    [Fact]
    public void Should_stop_waiting_for_the_end_of_its_lease_when_the_supervisor_dies()
    {
        Start();
        GetReady();
        Unload();
        Drained(completedRuns: 1);
        Supervisor.ExpectMsg<ReleaseLease>();

        Sys.Stop(Supervisor);

        Root.ExpectMsg<ModelUnloaded>();
    }

    [Fact]
    public void Should_cancel_a_load_when_it_outlives_its_bound()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromHours(1) });
        Demand();
        var lease = Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Advance(Settings.LoadTimeout);

        EndLease(lease);
        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(50));
        Assert.Equal(2, Requested().Request.Number);
    }

    [Fact]
    public void Should_keep_the_lease_charged_and_ask_for_a_new_process_when_a_load_never_comes_back()
    {
        var hanging = new HangingRuntime();
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(RecycleRequired));
        Start(runtime: hanging);
        Demand();
        var lease = Grant();

        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromSeconds(1));

        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ReportStuck>().Lease);
        events.ExpectMsg<RecycleRequired>();
        Board.ExpectMsg<ModelUnavailable>();
        Unload();
        Root.ExpectMsg<ModelUnloaded>();
        hanging.Released.Set();
        // What came out late changes nothing: the lease stays stuck.
        Silent(Supervisor);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Should_keep_the_lease_charged_and_the_session_alive_when_a_lane_is_lost(bool whileDraining)
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(RecycleRequired));
        Start();
        var (lease, _) = GetReady();
        if (whileDraining) Model.Tell(new YieldLease(lease.Id, ""), Supervisor);

        Model.Tell(new LaneLost(Cards.Detector, 0), Board);

        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ReportStuck>().Lease);
        events.ExpectMsg<RecycleRequired>();
        Board.FishForMessage<ModelUnavailable>(_ => true);
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Silent(Supervisor);
        Assert.Equal(1, Counters.Resident);
    }

    [Fact]
    public void Should_give_up_when_its_request_never_fits()
    {
        Start();
        Demand();

        Model.Tell(new LeaseDenied(Requested().Request, DenialReason.NeverFits, "needs 2 GiB of 1 GiB", null), Supervisor);

        Assert.Equal("needs 2 GiB of 1 GiB", Board.ExpectMsg<ModelUnavailable>().Reason);
    }

    [Fact]
    public void Should_ask_again_at_once_when_it_was_denied_for_pressure_and_the_budget_rose()
    {
        Start();
        Demand();
        Model.Tell(new LeaseDenied(Requested().Request, DenialReason.Pressure, "the machine leaves 10 MiB", TimeSpan.FromSeconds(5)), Supervisor);
        Silent(Supervisor);

        Model.Tell(BudgetRose.Instance, Supervisor);

        Assert.Equal(2, Requested().Request.Number);
    }

    [Fact]
    public void Should_ask_for_a_new_process_when_its_request_fits_only_without_what_is_stuck()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(RecycleRequired));
        Start();
        Demand();

        Model.Tell(new LeaseDenied(Requested().Request, DenialReason.Recycle, "start anew", null), Supervisor);

        events.ExpectMsg<RecycleRequired>();
        Board.ExpectMsg<ModelUnavailable>();
    }

    [Fact]
    public void Should_ask_again_for_a_probe_when_the_machine_leaves_too_little_but_not_for_ever()
    {
        Start();
        Model.Tell(new ProbeModel(Cards.Detector), Root);
        for (var i = 0; i < 12; i++)
        {
            Model.Tell(new LeaseDenied(Requested().Request, DenialReason.Pressure, "too little", TimeSpan.FromSeconds(5)), Supervisor);
            Silent(Root);
            Advance(TimeSpan.FromSeconds(5));
        }

        Model.Tell(new LeaseDenied(Requested().Request, DenialReason.Pressure, "too little", TimeSpan.FromSeconds(5)), Supervisor);

        Assert.Equal("too little", Root.ExpectMsg<ProbeFailed>().Reason);
    }

    [Fact]
    public void Should_fail_a_probe_at_the_first_failure_when_it_cannot_be_loaded()
    {
        Start(NeverLoads);
        Model.Tell(new ProbeModel(Cards.Detector), Root);

        FailToLoad();

        Assert.Contains("declared to fail", Root.ExpectMsg<ProbeFailed>().Reason);
    }

    [Fact]
    public void Should_be_unloaded_at_once_when_it_waits_after_a_failure()
    {
        Start(NeverLoads);
        Demand();
        FailToLoad();
        Silent(Supervisor);

        Unload();

        Root.ExpectMsg<ModelUnloaded>();
        Advance(Settings.BackoffMax);
        Silent(Supervisor);
    }

    private Lease ComeBack()
    {
        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(50));
        var lease = Grant();
        Supervisor.ExpectMsg<ConfirmResident>();
        Board.ExpectMsg<ModelReady>();
        return lease;
    }

    /// <summary>Nothing is asked for until exactly this long has passed.</summary>
    private void WaitOut(TimeSpan wait)
    {
        Silent(Supervisor);
        Advance(wait - TimeSpan.FromMilliseconds(1));
        Silent(Supervisor);
        Advance(TimeSpan.FromMilliseconds(1));
    }
}
