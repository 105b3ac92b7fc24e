using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>Loaded though there is no work, and unloaded though nobody waits, in every state.</summary>
public sealed class ModelActorControlSpecs : ModelActorKit
{
    [Fact]
    public void Should_ask_for_its_lease_and_rest_in_memory_when_it_is_preloaded()
    {
        Start();

        Assert.Contains("as soon as there is room", Done(new WantModel(1)));
        var lease = Grant();

        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ConfirmResident>().Lease);
        Board.ExpectMsg<ModelReady>();
        Assert.Contains("in memory already", Done(new WantModel(2)));
        Assert.Equal(1, Counters.Loads);
    }

    [Fact]
    public void Should_rest_unloaded_when_it_was_preloaded_and_another_wants_the_room()
    {
        Start();
        Done(new WantModel(1));
        var lease = Grant();
        Supervisor.ExpectMsg<ConfirmResident>();

        Model.Tell(new YieldLease(lease.Id, "another waits"), Supervisor);
        Board.ExpectMsg<ModelReady>();
        Drained(completedRuns: 0);
        EndLease(lease);

        Silent(Supervisor);
    }

    [Fact]
    public void Should_ask_once_when_it_is_preloaded_while_it_waits_and_while_it_loads()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) });
        Demand();
        Assert.Contains("as soon as there is room", Done(new WantModel(1)));
        Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Assert.Contains("is being loaded already", Done(new WantModel(2)));
        Advance(TimeSpan.FromSeconds(1));

        Supervisor.ExpectMsg<ConfirmResident>();
        Silent(Supervisor);
    }

    [Fact]
    public void Should_try_again_when_its_load_failed_and_nobody_but_people_wants_it()
    {
        Start(new SyntheticModel(Cards.Detector) { FailLoads = 1 });
        Done(new WantModel(1));
        FailToLoad();

        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(50));

        Requested();
    }

    [Fact]
    public void Should_be_loaded_again_when_it_is_preloaded_while_it_leaves()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Drained();
        Assert.Contains("loaded again after that", Done(new WantModel(1)));

        EndLease(lease);

        Requested();
    }

    [Fact]
    public void Should_refuse_with_the_reason_when_it_was_given_up()
    {
        Start();
        Demand();
        Model.Tell(new LeaseDenied(Requested().Request, DenialReason.NeverFits, "no room", null), Supervisor);
        Board.ExpectMsg<ModelUnavailable>();

        Assert.Contains("no room", Refused(new WantModel(1)));
    }

    [Fact]
    public void Should_be_unloaded_once_its_runs_are_over_and_come_back_for_work_when_it_is_evicted()
    {
        Start();
        var (lease, _) = GetReady();

        Assert.Contains("as soon as its runs are over", Done(new LeaveMemory(1)));
        Board.ExpectMsg<DrainModel>();
        Silent(Supervisor);
        Assert.Contains("being unloaded already", Done(new LeaveMemory(2)));
        Model.Tell(new ModelDrained(Cards.Detector, 3), Board);
        Demand();
        EndLease(lease);

        Requested();
        Assert.Equal(0, Counters.Resident);
    }

    [Fact]
    public void Should_rest_when_it_is_evicted_and_no_work_waits()
    {
        Start();
        var (lease, _) = GetReady();
        Done(new LeaveMemory(1));
        Drained();
        EndLease(lease);

        Assert.Contains("not in memory", Done(new LeaveMemory(2)));
        Silent(Supervisor);
    }

    [Fact]
    public void Should_leave_without_work_when_it_is_evicted_while_it_loads()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) });
        Done(new WantModel(1));
        var lease = Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Assert.Contains("unloaded after that", Done(new LeaveMemory(2)));
        Advance(TimeSpan.FromSeconds(1));

        Supervisor.ExpectMsg<ConfirmResident>();
        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ReleaseLease>().Lease);
        Silent(Board);
    }

    [Fact]
    public void Should_go_on_waiting_when_it_is_evicted_before_it_has_its_lease()
    {
        Start();
        Demand();
        var request = Requested();

        Assert.Contains("not in memory", Done(new LeaveMemory(1)));

        Silent(Supervisor);
        Model.Tell(new LeaseGranted(request.Request, new Lease(new LeaseId(1, 9), Cards.Detector, "fp32", LeasePhase.Load, PoolVector.Zero)), Supervisor);
        Supervisor.ExpectMsg<ConfirmResident>();
    }

    [Fact]
    public void Should_have_its_lease_and_all_later_ones_stay_when_it_is_pinned()
    {
        Start();
        var (lease, _) = GetReady();

        Model.Tell(new SetPinned(true), Root);
        Assert.Equal(new PinLease(lease.Id, true), Supervisor.ExpectMsg<PinLease>());
        Assert.Contains("pinned", Refused(new LeaveMemory(1)));
        Model.Tell(new YieldLease(lease.Id, "the budget was lowered"), Supervisor);
        Drained();
        Demand();
        EndLease(lease);

        Assert.True(Requested().Pinned);
    }

    [Fact]
    public void Should_say_it_with_the_lease_when_it_is_pinned_while_it_waits()
    {
        Start();
        Demand();
        var request = Requested();
        Assert.False(request.Pinned);
        Model.Tell(new SetPinned(true), Root);
        Silent(Supervisor);

        var lease = new Lease(new LeaseId(1, 9), Cards.Detector, "fp32", LeasePhase.Load, PoolVector.Zero);
        Model.Tell(new LeaseGranted(request.Request, lease), Supervisor);

        Assert.Equal(new PinLease(lease.Id, true), Supervisor.ExpectMsg<PinLease>());
        Supervisor.ExpectMsg<ConfirmResident>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_report_it_to_a_new_supervisor_when_it_was_pinned(bool resident)
    {
        Start();
        if (resident) GetReady();
        else Demand();
        Model.Tell(new SetPinned(true), Root);
        var next = CreateTestProbe();

        Model.Tell(new SupervisorStarted(2, next), Root);

        var report = next.ExpectMsg<ReportLeases>();
        Assert.True(resident ? report.Held!.Pinned : report.Pending!.Pinned);
    }

    [Fact]
    public void Should_refuse_to_leave_while_it_loads_when_it_is_pinned()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) });
        Model.Tell(new SetPinned(true), Root);
        Done(new WantModel(1));
        Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Refused(new LeaveMemory(2));
        Advance(TimeSpan.FromSeconds(1));

        Board.ExpectMsg<ModelReady>();
    }

    private string Done(object control) => Asked(control, done: true);

    private string Refused(object control) => Asked(control, done: false);

    private string Asked(object control, bool done)
    {
        Model.Tell(control, Root);
        var answer = Root.ExpectMsg<ControlAnswered>();
        Assert.Equal(done, answer.Done);
        return answer.Text;
    }
}
