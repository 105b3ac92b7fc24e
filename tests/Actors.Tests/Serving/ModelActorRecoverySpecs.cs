using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>A new supervisor or a new board meets it in every state; and denials that name a time.</summary>
public sealed class ModelActorRecoverySpecs : ModelActorKit
{
    private readonly TestProbe _next;

    public ModelActorRecoverySpecs() => _next = CreateTestProbe();

    [Fact]
    public void Should_report_nothing_when_it_rests()
    {
        Start();

        Assert.Equal(new ReportLeases(2, Cards.Detector, null, null), Report());
    }

    [Fact]
    public void Should_report_its_request_under_a_new_number_when_it_waits()
    {
        Start();
        Demand();
        var before = Requested();

        var report = Report();

        Assert.Null(report.Held);
        Assert.Equal(before.Request.Number + 1, report.Pending!.Request.Number);
        Model.Tell(new LeaseGranted(report.Pending.Request, new Lease(new LeaseId(2, 1), Cards.Detector, "default", LeasePhase.Load, PoolVector.Zero)), _next);
        _next.ExpectMsg<ConfirmResident>();
    }

    [Fact]
    public void Should_report_its_lease_and_confirm_to_the_new_one_when_it_loads()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) });
        Demand();
        var lease = Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Assert.Equal((lease, false), Held(Report()));
        Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(lease.Id, _next.ExpectMsg<ConfirmResident>().Lease);
        Silent(Supervisor);
    }

    [Fact]
    public void Should_report_its_lease_as_resident_and_yield_to_the_new_one_when_it_is_ready()
    {
        Start();
        var (lease, _) = GetReady();

        Assert.Equal((lease with { Phase = LeasePhase.Resident }, false), Held(Report()));
        Model.Tell(new YieldLease(lease.Id, ""), _next);
        Drained();

        Assert.Equal(lease.Id, _next.ExpectMsg<ReleaseLease>().Lease);
    }

    [Fact]
    public void Should_report_that_it_yields_when_the_board_has_not_drained()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Board.ExpectMsg<DrainModel>();

        Assert.Equal((lease with { Phase = LeasePhase.Resident }, true), Held(Report()));
        Model.Tell(new ModelDrained(Cards.Detector, 1), Board);

        Assert.Equal(lease.Id, _next.ExpectMsg<ReleaseLease>().Lease);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_report_that_it_let_go_and_rest_when_the_new_one_says_that_it_is_over(bool dead)
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        if (dead)
        {
            Sys.Stop(Supervisor);
            Board.ExpectMsg<DrainModel>();
        }
        Model.Tell(new ModelDrained(Cards.Detector, 1), Board);
        if (!dead) Supervisor.ExpectMsg<ReleaseLease>();
        Eventually(() => Assert.Equal(0, Counters.Resident));

        var (held, yielding) = Held(AwaitReport(r => r.Held!.Lease.Phase == LeasePhase.Releasing));
        Assert.Equal((lease.Id, true), (held.Id, yielding));
        Model.Tell(new LeaseEnded(lease.Id), _next);

        Assert.Equal(new ReportLeases(3, Cards.Detector, null, null), Report(3));
    }

    [Fact]
    public void Should_report_nothing_and_ask_the_new_one_when_it_waits_after_a_failure()
    {
        Start(new SyntheticModel(Cards.Detector) { FailLoads = 1 });
        Demand();
        FailToLoad();
        Settle();

        Assert.Equal(new ReportLeases(2, Cards.Detector, null, null), Report());
        AdvanceUntil(() => Assert.True(_next.HasMessages), TimeSpan.FromMilliseconds(50));

        _next.ExpectMsg<RequestLease>();
        Silent(Supervisor);
    }

    [Fact]
    public void Should_report_a_stuck_lease_when_a_lane_never_came_back()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new LaneLost(Cards.Detector, 0), Board);

        Assert.Equal((lease with { Phase = LeasePhase.Stuck }, false), Held(Report()));
    }

    [Fact]
    public void Should_report_nothing_when_it_gave_up_and_holds_nothing()
    {
        Start();
        Demand();
        Deny(DenialReason.NeverFits, null);

        Assert.Equal(new ReportLeases(2, Cards.Detector, null, null), Report());
    }

    [Fact]
    public void Should_announce_itself_and_its_session_to_a_new_board_when_it_is_ready()
    {
        Start();
        var (_, session) = GetReady();

        NewBoard();

        Assert.Same(session, _next.ExpectMsg<ModelReady>().Session);
    }

    [Fact]
    public void Should_tell_a_new_board_that_it_will_not_come_when_it_failed()
    {
        Start();
        Demand();
        Deny(DenialReason.NeverFits, null);

        NewBoard();

        Assert.Equal("no room", _next.ExpectMsg<ModelUnavailable>().Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_go_on_without_an_answer_when_a_new_board_comes_while_it_drains(bool deathSeen)
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Board.ExpectMsg<DrainModel>();
        if (deathSeen) Sys.Stop(Board);

        // It follows only once all lanes of the one before are gone, and may be heard of before that one's death is.
        NewBoard();

        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ReleaseLease>().Lease);
        Model.Tell(new Demand(Cards.Detector), _next);
        Model.Tell(new LeaseEnded(lease.Id), Supervisor);
        Requested();
    }

    [Fact]
    public void Should_be_ready_for_a_new_board_when_that_came_while_it_loaded()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) });
        Demand();
        Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        NewBoard();
        Advance(TimeSpan.FromSeconds(1));

        _next.ExpectMsg<ModelReady>();
    }

    [Fact]
    public void Should_ask_again_each_time_and_never_give_up_when_denials_name_a_time()
    {
        Start();
        Demand();
        for (var i = 0; i < 3 * Settings.MaxFailures; i++)
        {
            Deny(DenialReason.Pressure, TimeSpan.FromSeconds(5));
            Settle();
            Advance(TimeSpan.FromMilliseconds(4999));
            Silent(Supervisor);
            Advance(TimeSpan.FromMilliseconds(1));
        }

        Grant();
        Supervisor.ExpectMsg<ConfirmResident>();
        Board.ExpectMsg<ModelReady>();
    }

    [Fact]
    public void Should_go_on_waiting_when_a_denial_is_for_an_earlier_request()
    {
        Start();
        Demand();
        var before = Requested().Request;
        Report();

        Model.Tell(new LeaseDenied(before, DenialReason.NeverFits, "no room", null), Supervisor);

        Silent(Board);
        Assert.NotNull(Report(3).Pending);
    }

    private ReportLeases Report(long epoch = 2)
    {
        Model.Tell(new SupervisorStarted(epoch, _next), Root);
        return _next.FishForMessage<ReportLeases>(r => r.Epoch == epoch);
    }

    private ReportLeases AwaitReport(Func<ReportLeases, bool> holds)
    {
        ReportLeases? report = null;
        Eventually(() => Assert.True(holds(report = Report())));
        return report!;
    }

    private static (Lease Lease, bool Yielding) Held(ReportLeases report) => (report.Held!.Lease, report.Held.Yielding);

    private void NewBoard()
    {
        Model.Tell(new BoardStarted(_next), Root);
        Assert.Equal(Model, _next.ExpectMsg<RegisterModel>().Actor);
    }

    private void Deny(DenialReason reason, TimeSpan? retryAfter)
    {
        Model.Tell(new LeaseDenied(Requested().Request, reason, "no room", retryAfter), Supervisor);
        if (retryAfter is null) Board.ExpectMsg<ModelUnavailable>();
    }

    private void Settle()
    {
        var asker = CreateTestProbe();
        Model.Tell(new Identify(1), asker);
        asker.ExpectMsg<ActorIdentity>();
    }
}
