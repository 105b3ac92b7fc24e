using ActorPipeline.Catalog;
using ActorPipeline.Support;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Holders and the monitor are probes.</summary>
public sealed class MemorySupervisorSpecs : VirtualTimeKit
{
    private readonly TestProbe _monitor;
    private readonly TestProbe _first;
    private readonly TestProbe _second;
    private readonly IActorRef _supervisor;

    public MemorySupervisorSpecs()
    {
        (_monitor, _first, _second) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var (settings, monitor, time) = (new MemorySettings { Budget = Bytes.MiB(100) }, (IActorRef)_monitor, (TimeProvider)Time);
        _supervisor = Sys.ActorOf(Props.Create(() => new MemorySupervisor(settings, 1, monitor, time)));
    }

    [Fact]
    public void Should_swap_two_models_without_any_timer_when_all_goes_well()
    {
        var lease = Granted(_first, 1, "a");
        _supervisor.Tell(new ConfirmResident(lease.Id), _first);
        Ask(_second, 2, "b");
        _second.ExpectMsg<LeaseQueued>();

        Assert.Equal(lease.Id, _first.ExpectMsg<YieldLease>().Lease);
        _supervisor.Tell(new ReleaseLease(lease.Id), _first);
        Verify(lease);

        Assert.Equal(lease.Id, _first.ExpectMsg<LeaseEnded>().Lease);
        Assert.Equal(new ModelId("b"), _second.ExpectMsg<LeaseGranted>().Lease.Model);
    }

    [Fact]
    public void Should_say_what_stays_charged_without_the_lease_when_a_release_is_to_be_verified()
    {
        _supervisor.Tell(new ChargePool("street", PoolVector.OfHost(Bytes.MiB(7))), _first);
        _first.ExpectMsg<PoolCharged>();
        Granted(_first, 1, "a", 20);
        var lease = Granted(_second, 2, "b", 30);

        _supervisor.Tell(new ReleaseLease(lease.Id), _second);

        Assert.Equal(Bytes.MiB(20), _monitor.FishForMessage<VerifyRelease>(v => v.Lease == lease.Id).ChargedWithout);
    }

    [Fact]
    public void Should_say_that_the_budget_rose_when_a_request_was_denied_because_the_machine_left_too_little()
    {
        _supervisor.Tell(new BudgetMeasured(PoolVector.OfHost(Bytes.MiB(10)), false, "another program"), _monitor);
        Ask(_first, 1, "a");
        Assert.Equal(DenialReason.Pressure, _first.ExpectMsg<LeaseDenied>().Reason);
        _supervisor.Tell(new BudgetMeasured(PoolVector.OfHost(Bytes.MiB(5)), false, "more of it"), _monitor);
        Silent(_first);

        _supervisor.Tell(new BudgetMeasured(PoolVector.OfHost(Bytes.MiB(100)), false, "it is gone"), _monitor);

        _first.ExpectMsg<BudgetRose>();
    }

    [Fact]
    public void Should_ask_a_busy_model_to_yield_when_its_turn_is_over()
    {
        _supervisor.Tell(Demand("a", 5), _first);
        var lease = Granted(_first, 1, "a");
        _supervisor.Tell(new ConfirmResident(lease.Id), _first);
        Ask(_second, 2, "b");
        _second.ExpectMsg<LeaseQueued>();
        Silent(_first);

        Advance(new MemorySettings().FirstQuantum);

        _first.ExpectMsg<YieldLease>();
    }

    [Fact]
    public void Should_grant_nothing_to_the_dead_when_a_holder_dies_while_it_waits()
    {
        var lease = Granted(_first, 1, "a");
        Ask(_second, 2, "b");
        _second.ExpectMsg<LeaseQueued>();

        var third = CreateTestProbe();
        Watch(_second);
        Sys.Stop(_second);
        ExpectTerminated(_second);
        Settle();
        Ask(third, 3, "c");
        third.ExpectMsg<LeaseQueued>();
        _supervisor.Tell(new ReleaseLease(lease.Id), _first);
        Verify(lease);

        third.ExpectMsg<LeaseGranted>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Should_keep_the_bytes_until_they_are_verified_when_a_holder_dies(bool resident)
    {
        var lease = Granted(_first, 1, "a");
        if (resident) _supervisor.Tell(new ConfirmResident(lease.Id), _first);
        Ask(_second, 2, "b");
        _second.ExpectMsg<LeaseQueued>();

        Sys.Stop(_first);
        _monitor.FishForMessage<VerifyRelease>(v => v.Lease == lease.Id);
        Silent(_second);
        _supervisor.Tell(new ReleaseVerified(lease.Id, Bytes.Zero), _monitor);

        _second.ExpectMsg<LeaseGranted>();
    }

    [Fact]
    public void Should_verify_once_when_a_holder_dies_after_it_let_go()
    {
        var lease = Granted(_first, 1, "a");
        _supervisor.Tell(new ReleaseLease(lease.Id), _first);
        _monitor.FishForMessage<VerifyRelease>(v => v.Lease == lease.Id);
        Drain(_monitor);

        Watch(_first);
        Sys.Stop(_first);
        ExpectTerminated(_first);
        Settle();

        Assert.DoesNotContain(Drain(_monitor), m => m is VerifyRelease);
    }

    [Fact]
    public void Should_keep_the_bytes_for_good_and_deny_with_recycle_when_a_lease_is_stuck_and_its_holder_dies()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(LeaseChanged));
        var lease = Granted(_first, 1, "a");
        _supervisor.Tell(new ReportStuck(lease.Id), _first);
        events.FishForMessage<LeaseChanged>(c => c is { Change: LeaseChange.Stuck } && c.Model == new ModelId("a"));
        Sys.Stop(_first);

        Ask(_second, 2, "b");

        Assert.Equal(DenialReason.Recycle, _second.ExpectMsg<LeaseDenied>().Reason);
        events.FishForMessage<LeaseChanged>(c => c is { Change: LeaseChange.Denied } && c.Model == new ModelId("b"));
        Assert.DoesNotContain(Drain(_monitor), m => m is VerifyRelease);
    }

    [Fact]
    public void Should_tell_need_free_and_who_was_looked_at_when_a_request_waits()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(LeaseChanged));
        _supervisor.Tell(Demand("a", 5), _first);
        var lease = Granted(_first, 1, "a");
        _supervisor.Tell(new ConfirmResident(lease.Id), _first);

        Ask(_second, 2, "b");

        var queued = (LeaseChanged)events.FishForMessage(m => m is LeaseChanged { Change: LeaseChange.Queued });
        Assert.Equal((new ModelId("b"), Bytes.MiB(100)), (queued.Model, queued.Budget));
        var considered = Assert.Single(queued.Decision!.Considered);
        Assert.Equal((new ModelId("a"), 5, false), (considered.Model, considered.Wanted, considered.Chosen));
        Assert.StartsWith("its turn lasts", considered.Spared);
        Assert.Equal(Bytes.MiB(100) - queued.Charged, queued.Decision.Free.Total);
    }

    [Fact]
    public void Should_tell_reason_need_and_free_when_a_request_is_denied()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(LeaseChanged));

        Ask(_first, 1, "huge", 101);

        var denied = events.ExpectMsg<LeaseChanged>();
        Assert.Equal((LeaseChange.Denied, DenialReason.NeverFits), (denied.Change, denied.Denial));
        Assert.Equal((Bytes.MiB(101), Bytes.MiB(100)), (denied.Decision!.Need.Total, denied.Decision.Free.Total));
    }

    [Fact]
    public void Should_refuse_buffers_with_the_numbers_when_they_do_not_fit()
    {
        _supervisor.Tell(new ChargePool("street", PoolVector.OfHost(Bytes.MiB(101))), _first);

        var refused = _first.ExpectMsg<PoolRefused>();
        Assert.Contains("101.0 MiB", refused.Explanation);
        Assert.Contains("100.0 MiB", refused.Explanation);
    }

    [Fact]
    public void Should_answer_a_withdrawal_when_the_request_waits()
    {
        Granted(_first, 1, "a");
        Ask(_second, 2, "b");
        _second.ExpectMsg<LeaseQueued>();

        _supervisor.Tell(new WithdrawRequest(new RequestId(1, 2)), _second);

        Assert.Equal(2, _second.ExpectMsg<RequestWithdrawn>().Request.Number);
    }

    [Fact]
    public void Should_publish_every_charge_when_the_ledger_changes()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(LedgerChanged));
        var lease = Granted(_first, 1, "a");
        events.FishForMessage<LedgerChanged>(c => c.Change.Kind == ChargeKind.Load);

        _supervisor.Tell(new ReleaseLease(lease.Id), _first);
        Verify(lease);

        Assert.Equal(Bytes.Zero, events.FishForMessage<LedgerChanged>(c => c.Change.Bytes.Total == Bytes.Zero).Charged);
    }

    [Fact]
    public void Should_publish_the_change_when_a_load_is_over_and_when_buffers_are_freed()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(LedgerChanged));
        _supervisor.Tell(new ChargePool("street", PoolVector.OfHost(Bytes.MiB(7))), _second);
        var lease = Granted(_first, 1, "a");

        _supervisor.Tell(new ConfirmResident(lease.Id), _first);
        events.FishForMessage<LedgerChanged>(c => c.Change.Kind == ChargeKind.Resident);
        _supervisor.Tell(new ReleasePool("street"), _first);

        events.FishForMessage<LedgerChanged>(c => c.Change is { Kind: ChargeKind.Pool } && c.Change.Bytes.Total == Bytes.Zero);
    }

    private void Ask(TestProbe holder, long number, string model, double mebibytes = 60) =>
        _supervisor.Tell(Request(number, model, Host(mebibytes)), holder);

    private Lease Granted(TestProbe holder, long number, string model, double mebibytes = 60)
    {
        Ask(holder, number, model, mebibytes);
        return holder.ExpectMsg<LeaseGranted>().Lease;
    }

    private void Verify(Lease lease)
    {
        _monitor.FishForMessage<VerifyRelease>(v => v.Lease == lease.Id);
        _supervisor.Tell(new ReleaseVerified(lease.Id, Bytes.Zero), _monitor);
    }

    /// <summary>An answer proves that all that came before was handled.</summary>
    private void Settle()
    {
        var asker = CreateTestProbe();
        _supervisor.Tell(new ChargePool("settle", PoolVector.Zero), asker);
        asker.ExpectMsg<PoolCharged>();
    }

    private static List<object> Drain(TestProbe probe)
    {
        var messages = new List<object>();
        while (probe.HasMessages) messages.Add(probe.ReceiveOne(TimeSpan.Zero));
        return messages;
    }
}
