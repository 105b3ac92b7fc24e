using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A second incarnation: buffers and fixed cost go on, and models "a" and "b" may hold 50 MiB each.</summary>
public sealed class MemorySupervisorRecoverySpecs : MemorySupervisorKit
{
    private static readonly LeaseVariant Variant = Footprints.Host(50);

    public MemorySupervisorRecoverySpecs()
        : base(new SupervisorLegacy(
            2, [new Charge("street", ChargeKind.Pool, OfHost(10)), new Charge("cpu", ChargeKind.Fixed, OfHost(5))],
            new Dictionary<ModelId, Footprint> { [new ModelId("a")] = Variant.Footprint, [new ModelId("b")] = Variant.Footprint }))
    {
    }

    [Fact]
    public void Should_charge_what_goes_on_and_silent_models_up_to_the_budget_when_it_begins()
    {
        Assert.Equal(2, Events.ExpectMsg<LedgerBegun>().Epoch);

        var told = Settle();

        Assert.Equal(OfHost(100), told.Charges.Aggregate(PoolVector.Zero, (sum, c) => sum + c.Bytes));
        Assert.Equal(OfHost(10), told.Charges.Single(c => c.Kind == ChargeKind.Pool).Bytes);
        Assert.Equal(OfHost(5), told.Charges.Single(c => c.Kind == ChargeKind.Fixed).Bytes);
    }

    [Fact]
    public void Should_grant_what_waited_when_all_have_reported_or_are_dead()
    {
        Report(First, "a", held: null, pending: Footprints.Request(1, "a", Variant));
        First.ExpectMsg<LeaseQueued>();

        Supervisor.Tell(new ModelGone(new ModelId("b")), Second);
        Assert.Equal(Bytes.MiB(5), Monitor.FishForMessage<VerifyRelease>(_ => true).ChargedWithout);
        Supervisor.Tell(new ReleaseVerified(Settle().Leases.Single(l => l.Model.Value == "b").Id, Bytes.Zero), Monitor);

        Assert.Equal(2, First.ExpectMsg<LeaseGranted>().Lease.Id.Epoch);
    }

    [Fact]
    public void Should_keep_the_bytes_until_they_are_verified_when_an_adopted_holder_dies()
    {
        Report(First, "a", Held(LeasePhase.Resident));
        Report(Second, "b");
        Settle();

        Kill(First);

        Assert.Equal(LeasePhase.Releasing, Assert.Single(Settle().Leases).Phase);
        Verify(new LeaseId(1, 7));
        Assert.Equal(new LeaseId(1, 7), Events.FishForMessage<LeaseChanged>(c => c.Change == LeaseChange.Ended).Lease);
    }

    [Fact]
    public void Should_end_a_lease_that_was_let_go_of_before_when_it_is_verified_again()
    {
        Report(First, "a", Held(LeasePhase.Releasing));

        Verify(new LeaseId(1, 7));

        Assert.Equal(new LeaseId(1, 7), First.ExpectMsg<LeaseEnded>().Lease);
    }

    [Fact]
    public void Should_hear_nothing_of_a_report_when_it_is_meant_for_another()
    {
        Supervisor.Tell(new ReportLeases(1, new ModelId("a"), Held(LeasePhase.Resident), null), First);
        Settle();

        Kill(First);

        Assert.Empty(Settle().Leases);
    }

    [Fact]
    public void Should_stop_an_adopted_holder_when_it_was_yielding_and_does_not_come_to_an_end()
    {
        Watch(First);
        Report(First, "a", Held(LeasePhase.Resident) with { Yielding = true });
        Settle();

        Advance(Settings.YieldBound);

        ExpectTerminated(First);
    }

    private void Report(Akka.TestKit.TestProbe holder, string model, HeldLease? held = null, RequestLease? pending = null) =>
        Supervisor.Tell(new ReportLeases(2, new ModelId(model), held, pending), holder);

    private static HeldLease Held(LeasePhase phase) =>
        new(new Lease(new LeaseId(1, 7), new ModelId("a"), Variant.Name, phase, OfHost(50)), Variant, Yielding: false, Pinned: false);
}
