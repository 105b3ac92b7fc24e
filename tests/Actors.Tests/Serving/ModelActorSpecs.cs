using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>The way of a model that goes well: lease, load, ready, yield, unload; probes and shutdown.</summary>
public sealed class ModelActorSpecs : ModelActorKit
{
    [Fact]
    public void Should_ask_for_its_lease_once_when_it_is_wanted()
    {
        Start();
        Demand();
        Demand();

        Assert.Equal(Cards.Detector, Requested().Model);
        Silent(Supervisor);
        Assert.Equal(0, Counters.LoadAttempts);
    }

    [Fact]
    public void Should_load_under_the_lease_and_be_ready_when_it_is_granted()
    {
        Start();

        var (_, session) = GetReady();

        Assert.Equal((1, 1), (Counters.Loads, Counters.Resident));
        Assert.Equal(Cards.Detector, session.Card.Id);
    }

    [Fact]
    public void Should_dispose_only_after_the_board_has_drained_when_it_is_to_yield()
    {
        Start();
        var (lease, _) = GetReady();

        Model.Tell(new YieldLease(lease.Id, "another waits"), Supervisor);
        Board.ExpectMsg<DrainModel>();
        Silent(Supervisor);
        Assert.Equal(1, Counters.Resident);
        Model.Tell(new ModelDrained(Cards.Detector, 5), Board);

        Supervisor.ExpectMsg<ReleaseLease>();
        Assert.Equal(0, Counters.Resident);
    }

    [Fact]
    public void Should_ask_anew_only_after_its_lease_has_ended_when_work_comes_while_it_drains()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Drained();
        Demand();
        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ReleaseLease>().Lease);
        Silent(Supervisor);

        Model.Tell(new LeaseEnded(lease.Id), Supervisor);

        Assert.Equal(2, Requested().Request.Number);
    }

    [Fact]
    public void Should_rest_when_its_lease_has_ended_and_nobody_wants_it()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Drained();
        EndLease(lease);

        Silent(Supervisor);
        Demand();
        Requested();
    }

    [Fact]
    public void Should_give_back_a_grant_when_nobody_waits_for_it()
    {
        Start();
        var stray = new Lease(new LeaseId(1, 99), Cards.Detector, "default", LeasePhase.Load, PoolVector.Zero);

        Model.Tell(new LeaseGranted(new RequestId(0, 99), stray), Supervisor);

        Assert.Equal(stray.Id, Supervisor.ExpectMsg<ReleaseLease>().Lease);
        Assert.Equal(0, Counters.LoadAttempts);
    }

    [Fact]
    public void Should_keep_its_lease_when_the_grant_is_heard_twice()
    {
        Start();
        Demand();
        var request = Requested();
        var granted = new LeaseGranted(request.Request, new Lease(new LeaseId(1, 1), Cards.Detector, "default", LeasePhase.Load, PoolVector.Zero));
        Model.Tell(granted, Supervisor);
        Model.Tell(granted, Supervisor);

        Supervisor.ExpectMsg<ConfirmResident>();
        Silent(Supervisor);
        Assert.Equal(1, Counters.LoadAttempts);
    }

    [Fact]
    public void Should_remember_that_it_is_to_yield_when_it_is_still_loading()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) });
        Demand();
        var lease = Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Model.Tell(new YieldLease(lease.Id, "another waits"), Supervisor);
        Silent(Supervisor);
        Advance(TimeSpan.FromSeconds(1));

        Supervisor.ExpectMsg<ConfirmResident>();
        EndLease(lease);
        Silent(Board);
        // The work that it was loaded for still waits.
        Requested();
    }

    [Fact]
    public void Should_load_once_say_what_it_found_and_unload_when_it_is_probed()
    {
        Start(new SyntheticModel(Cards.Detector) { Classes = 80 });
        Model.Tell(new ProbeModel(Cards.Detector), Root);

        var lease = Grant();
        Supervisor.ExpectMsg<ConfirmResident>();
        Silent(Root);
        EndLease(lease);

        Assert.Equal(80, Root.ExpectMsg<ModelProbed>().Report.Classes);
        Assert.Equal((1, 0), (Counters.Loads, Counters.Resident));
        Silent(Board);
    }

    [Fact]
    public void Should_answer_a_probe_at_once_when_it_is_loaded()
    {
        Start();
        GetReady();

        Model.Tell(new ProbeModel(Cards.Detector), Root);

        Root.ExpectMsg<ModelProbed>();
        Assert.Equal(1, Counters.Resident);
    }

    [Fact]
    public void Should_publish_its_states_when_it_goes_through_them()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(ModelStateChanged));
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Drained();
        EndLease(lease);

        Assert.Equal(
            [ModelState.AwaitingLease, ModelState.Loading, ModelState.Ready, ModelState.Draining, ModelState.Unloaded],
            Enumerable.Range(0, 5).Select(_ => events.ExpectMsg<ModelStateChanged>().State));
    }

    [Fact]
    public void Should_be_unloaded_at_once_when_it_holds_nothing()
    {
        Start();

        Unload();

        Root.ExpectMsg<ModelUnloaded>();
    }

    [Fact]
    public void Should_withdraw_its_request_when_it_is_unloaded_while_it_waits()
    {
        Start();
        Demand();
        var request = Requested();

        Unload();
        Assert.Equal(request.Request, Supervisor.ExpectMsg<WithdrawRequest>().Request);
        Silent(Root);
        Model.Tell(new RequestWithdrawn(request.Request), Supervisor);

        Root.ExpectMsg<ModelUnloaded>();
    }

    [Fact]
    public void Should_give_the_lease_back_unused_when_the_grant_crosses_the_withdrawal()
    {
        Start();
        Demand();
        var request = Requested();
        Unload();
        Supervisor.ExpectMsg<WithdrawRequest>();

        var lease = new Lease(new LeaseId(1, 1), Cards.Detector, "default", LeasePhase.Load, PoolVector.Zero);
        Model.Tell(new LeaseGranted(request.Request, lease), Supervisor);
        EndLease(lease);

        Root.ExpectMsg<ModelUnloaded>();
        Assert.Equal(0, Counters.LoadAttempts);
    }

    [Fact]
    public void Should_cancel_its_load_when_it_is_unloaded_while_loading()
    {
        Start(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromHours(1) });
        Demand();
        var lease = Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Unload();
        EndLease(lease);

        Root.ExpectMsg<ModelUnloaded>();
        Assert.Equal(0, Counters.Resident);
        Silent(Supervisor);
    }

    [Fact]
    public void Should_drain_and_release_when_it_is_unloaded_while_ready()
    {
        Start();
        var (lease, _) = GetReady();

        Unload();
        Drained();
        Silent(Root);
        EndLease(lease);

        Root.ExpectMsg<ModelUnloaded>();
    }

    [Fact]
    public void Should_say_unloaded_when_its_lease_ends_and_it_was_draining_already()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Unload();
        Drained();
        EndLease(lease);

        Root.ExpectMsg<ModelUnloaded>();
        Silent(Supervisor);
    }
}
