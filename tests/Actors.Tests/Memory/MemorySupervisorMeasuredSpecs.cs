using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>What the monitor tells, what is asked, and what is published.</summary>
public sealed class MemorySupervisorMeasuredSpecs : MemorySupervisorKit
{
    [Fact]
    public void Should_have_leases_yield_and_say_so_when_the_budget_falls()
    {
        Supervisor.Tell(Demand("a", 3), First);
        var lease = Resident(First, 1, "a");
        Settle();
        Drain(Events);

        Supervisor.Tell(new BudgetMeasured(OfHost(50), Critical: true, "another program"), Monitor);

        Assert.Equal(lease.Id, First.ExpectMsg<YieldLease>().Lease);
        Assert.Equal((Bytes.MiB(50), true, "another program"), Told(Events.ExpectMsg<BudgetChanged>()));
        Assert.Equal(OfHost(10), Events.ExpectMsg<LeaseChanged>().Decision!.Need);
        Assert.Equal(Bytes.MiB(50), Monitor.FishForMessage<LedgerLevel>(l => l.GraceUntil is not null).Budget);
    }

    [Fact]
    public void Should_deny_with_a_time_when_the_machine_leaves_too_little()
    {
        Supervisor.Tell(new BudgetMeasured(OfHost(50), false, ""), Monitor);

        Ask(First, 1, "a");

        var denied = First.ExpectMsg<LeaseDenied>();
        Assert.Equal((DenialReason.Pressure, Settings.RiseAfter), (denied.Reason, denied.RetryAfter));
    }

    [Fact]
    public void Should_charge_debt_and_ask_for_a_new_process_when_it_passes_its_limit()
    {
        Supervisor.Tell(new DebtMeasured(Bytes.MiB(20)), Monitor);
        Assert.Equal(new Charge("debt", ChargeKind.Debt, OfHost(20)), Events.FishForMessage<LedgerChanged>(_ => true).Change);

        Supervisor.Tell(new DebtMeasured(Bytes.MiB(60)), Monitor);

        Assert.False(Events.FishForMessage<RecycleRequired>(_ => true).Stuck);
        // The monitor measures debt itself; it must not be told that it is charged for models.
        Settle();
        Assert.All(Drain(Monitor).OfType<LedgerLevel>(), l => Assert.Equal(Bytes.Zero, l.Models));
    }

    [Fact]
    public void Should_answer_whether_a_lease_could_grow()
    {
        var lease = Resident(First, 1, "a");

        Supervisor.Tell(new TryGrow(lease.Id, OfHost(30)), First);
        Assert.Equal(new LeaseGrown(lease.Id, OfHost(30)), First.ExpectMsg<LeaseGrown>());
        Supervisor.Tell(new TryGrow(lease.Id, OfHost(30)), First);
        var refused = First.ExpectMsg<GrowRefused>();

        Assert.Contains("30.0 MiB", refused.Explanation);
        Assert.Contains("90.0 MiB of host 100.0 MiB", refused.Explanation);
        Assert.Equal(OfHost(90), Events.FishForMessage<LedgerChanged>(c => c.Change.Bytes.Equals(OfHost(90))).Change.Bytes);
    }

    [Fact]
    public void Should_explain_a_model_when_it_is_asked()
    {
        Resident(First, 1, "a");

        Supervisor.Tell(new ExplainModel(new ModelId("a")), Second);
        Supervisor.Tell(new ExplainModel(new ModelId("b")), Second);

        Assert.Equal("resident", Second.ExpectMsg<ModelExplained>().Explanation.State);
        Assert.Equal("not requested", Second.ExpectMsg<ModelExplained>().Explanation.State);
    }

    [Fact]
    public void Should_tell_all_leases_and_charges_when_it_is_asked()
    {
        var lease = Granted(First, 1, "a", 40);
        Supervisor.Tell(new ChargePool("street", OfHost(10)), Second);
        Supervisor.Tell(new ChargeFixed("cpu", OfHost(5)), Second);
        Supervisor.Tell(new BudgetMeasured(OfHost(80), false, ""), Monitor);

        var told = Settle();

        Assert.Equal(lease, Assert.Single(told.Leases));
        Assert.Equal([ChargeKind.Fixed, ChargeKind.Pool, ChargeKind.Load], told.Charges.Select(c => c.Kind).Order());
        Assert.Equal((OfHost(100), OfHost(80)), (told.Configured, told.Budget));
    }

    [Fact]
    public void Should_say_that_it_begins_when_it_starts()
    {
        Assert.Equal(1, Events.ExpectMsg<LedgerBegun>().Epoch);
    }

    [Fact]
    public void Should_publish_one_change_for_each_decision_when_models_swap()
    {
        var lease = Resident(First, 1, "a");
        Ask(Second, 2, "b");
        First.ExpectMsg<YieldLease>();
        Supervisor.Tell(new ReleaseLease(lease.Id), First);
        Verify(lease.Id);
        var second = Second.FishForMessage<LeaseGranted>(_ => true).Lease;
        Ask(First, 3, "huge", 101);
        First.FishForMessage<LeaseDenied>(_ => true);
        Supervisor.Tell(new ReportStuck(second.Id), Second);
        Settle();

        var changes = Drain(Events).OfType<LeaseChanged>().Where(c => c.Change != LeaseChange.Queued).Select(c => (c.Change, c.Model.Value, c.Lease)).ToArray();

        Assert.Equal(
            [
                (LeaseChange.Granted, "a", lease.Id), (LeaseChange.Yielded, "a", lease.Id), (LeaseChange.Ended, "a", lease.Id),
                (LeaseChange.Granted, "b", second.Id), (LeaseChange.Denied, "huge", null), (LeaseChange.Stuck, "b", (LeaseId?)second.Id),
            ], changes);
    }

    [Fact]
    public void Should_publish_what_a_model_took_when_it_was_alone()
    {
        var warm = Resident(First, 1, "warm", 10);
        Supervisor.Tell(new ReleaseLease(warm.Id), First);
        Verify(warm.Id);
        First.ExpectMsg<LeaseEnded>();
        var lease = Granted(First, 2, "a");
        var (load, turn) = (new LoadMeasurement(Bytes.MiB(50), Bytes.MiB(40)), new TurnMeasurement(Bytes.MiB(45), Bytes.Zero));
        Supervisor.Tell(new ConfirmResident(lease.Id, load), First);
        Supervisor.Tell(new ReleaseLease(lease.Id, turn), First);

        var seen = Events.FishForMessage<FootprintObserved>(_ => true);

        Assert.Equal((new ModelId("a"), Bytes.MiB(60), load, turn), (seen.Model, seen.Reserved, seen.Load, seen.Turn));
        Assert.Equal(Bytes.MiB(50), seen.Peak);
    }

    [Fact]
    public void Should_have_leases_yield_within_the_bound_and_say_so_when_less_is_configured()
    {
        var lease = Resident(First, 1, "a");

        Supervisor.Tell(new ConfigureBudget(Bytes.MiB(50)), Monitor);

        Assert.Equal(lease.Id, First.ExpectMsg<YieldLease>().Lease);
        var told = Settle();
        Assert.Equal((OfHost(50), OfHost(50)), (told.Configured, told.Budget));
        Assert.Equal(Bytes.MiB(50), Monitor.FishForMessage<LedgerLevel>(l => l.GraceUntil is not null).Budget);
        // Who does not yield is stopped, as ever.
        Watch(First);
        Advance(Settings.YieldBound);
        ExpectTerminated(First);
    }

    [Fact]
    public void Should_tell_who_was_denied_for_want_of_it_when_more_is_configured()
    {
        Supervisor.Tell(new BudgetMeasured(OfHost(500), false, ""), Monitor);
        Supervisor.Tell(new ConfigureBudget(Bytes.MiB(50)), Monitor);
        Ask(First, 1, "a");
        Assert.Equal(DenialReason.Pressure, First.ExpectMsg<LeaseDenied>().Reason);

        Supervisor.Tell(new ConfigureBudget(Bytes.MiB(80)), Monitor);

        First.ExpectMsg<BudgetRose>();
    }

    private static (Bytes Budget, bool Critical, string Why) Told(BudgetChanged changed) => (changed.Budget, changed.Critical, changed.Why);
}
