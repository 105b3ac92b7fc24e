using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A second incarnation learns what the first had granted.</summary>
public sealed class MemoryLedgerRecoverySpecs : MemoryLedgerKit
{
    private static readonly LeaseVariant Declared = Variant(50, 30, 5);

    public MemoryLedgerRecoverySpecs() => Ledger = NewLedger(epoch: 2);

    [Fact]
    public void Should_grant_nothing_until_all_have_reported_when_it_begins_anew()
    {
        Expect("a", "b");
        Assert.IsType<LedgerEffect.Queue>(Assert.Single(Ask("c", 5)));

        Assert.Empty(Report("a"));
        Assert.Equal(1, Ledger.SilentCount);

        var granted = Assert.IsType<LedgerEffect.Grant>(Assert.Single(Report("b"))).Lease;
        Assert.Equal((new ModelId("c"), 2L), (granted.Model, granted.Id.Epoch));
    }

    [Fact]
    public void Should_grant_once_the_last_silent_one_is_seen_dead()
    {
        Expect("a");
        Ask("c", 5);

        Assert.Equal(["c"], Grants(Ledger.Gone(new ModelId("a"), At(1))));
    }

    [Fact]
    public void Should_ignore_a_report_when_it_is_meant_for_another_epoch()
    {
        Expect("a");

        Assert.Empty(Ledger.Adopt(new ReportLeases(1, new ModelId("a"), Held("a", LeasePhase.Resident), null), At(0)));
        Assert.Equal((1, 0), (Ledger.SilentCount, Ledger.LeaseCount));
    }

    [Fact]
    public void Should_serve_what_it_waits_for_when_one_reports_that_was_taken_for_dead()
    {
        Expect("a");
        Ledger.Verified(Ledger.Gone(new ModelId("a"), At(0)).OfType<LedgerEffect.Verify>().Single().Lease.Id, At(0));

        Assert.Equal(["a"], Grants(Ledger.Adopt(new ReportLeases(2, new ModelId("a"), null, Wants("a", Declared)), At(1))));
    }

    [Fact]
    public void Should_charge_the_truth_when_what_is_reported_had_outgrown_its_lease()
    {
        Expect("a");

        Report("a", Held("a", LeasePhase.Resident) with { Measured = Measured(70) });

        Assert.Equal(OfHost(80), Ledger.Charged);
    }

    [Fact]
    public void Should_adopt_once_when_a_report_is_heard_twice()
    {
        Expect("a");

        Report("a", Held("a", LeasePhase.Resident));
        Report("a", Held("a", LeasePhase.Resident));

        Assert.Equal(OfHost(40), Ledger.Charged);
        Assert.Single(Ledger.Leases);
    }

    [Theory]
    [InlineData(LeasePhase.Load, 50)]
    [InlineData(LeasePhase.Resident, 40)]
    [InlineData(LeasePhase.Releasing, 50)]
    [InlineData(LeasePhase.Stuck, 50)]
    public void Should_charge_what_is_held_when_it_is_reported(LeasePhase phase, double mebibytes)
    {
        Expect("a");

        Report("a", Held("a", phase));

        var lease = Assert.Single(Ledger.Leases);
        Assert.Equal((new LeaseId(1, 7), phase, OfHost(mebibytes)), (lease.Id, lease.Phase, lease.Bytes));
        Assert.Equal(lease.Bytes, Ledger.Charged);
    }

    [Fact]
    public void Should_see_the_load_to_its_end_when_a_loading_one_was_adopted()
    {
        Expect("a");
        Report("a", Held("a", LeasePhase.Load));

        Ledger.ConfirmResident(new LeaseId(1, 7), Measured(20), At(1));

        // What grew meanwhile is not known, so the measurement is not believed.
        var lease = Assert.Single(Ledger.Leases);
        Assert.Equal((LeasePhase.Resident, OfHost(40)), (lease.Phase, lease.Bytes));
    }

    [Fact]
    public void Should_verify_again_and_then_end_when_it_was_let_go_of_before()
    {
        Expect("a");

        Assert.IsType<LedgerEffect.Verify>(Assert.Single(Report("a", Held("a", LeasePhase.Releasing))));
        Assert.IsType<LedgerEffect.End>(Assert.Single(Ledger.Verified(new LeaseId(1, 7), At(1))));
        Assert.Equal(PoolVector.Zero, Ledger.Charged);
    }

    [Fact]
    public void Should_say_so_again_and_keep_it_charged_when_it_was_stuck_before()
    {
        Expect("a");

        Assert.IsType<LedgerEffect.Stuck>(Assert.Single(Report("a", Held("a", LeasePhase.Stuck))));
        Assert.Equal(DenialReason.Recycle, Denied(Ask("b", 60)).Reason);
    }

    [Fact]
    public void Should_not_ask_again_when_it_yields_already()
    {
        Expect("a");
        Report("a", Held("a", LeasePhase.Resident) with { Yielding = true });

        Assert.Empty(Yields(Ask("b", 70)));
        Ledger.Release(new LeaseId(1, 7), At(1));
        Assert.Equal(["b"], Grants(Ledger.Verified(new LeaseId(1, 7), At(2))));
    }

    [Fact]
    public void Should_go_on_sparing_it_when_it_was_pinned_before()
    {
        Expect("a");
        Report("a", Held("a", LeasePhase.Resident) with { Pinned = true });

        Assert.Equal(DenialReason.NeverFits, Denied(Ask("b", 70)).Reason);
    }

    [Fact]
    public void Should_serve_what_waited_when_all_have_reported()
    {
        Expect("a", "b");

        Assert.Equal(new LedgerEffect.Queue(Pending("b", 40).Request), Assert.Single(Report("b", pending: Pending("b", 40))));
        Assert.Equal(["b"], Grants(Report("a", Held("a", LeasePhase.Resident))));
    }

    [Fact]
    public void Should_charge_silent_ones_no_more_than_the_budget_when_each_could_hold_much()
    {
        Ledger.SetAccount(ChargeKind.Pool, "street", OfHost(10), At(0));
        Ledger.Expect(new ModelId("a"), Variant(70, 70, 0).Footprint);
        Ledger.Expect(new ModelId("b"), Variant(60, 60, 0).Footprint);
        Assert.Equal(OfHost(100), Ledger.Charged);

        Report("a");

        Assert.Equal(OfHost(70), Ledger.Charged);
        Report("b");
        Assert.Equal(OfHost(10), Ledger.Charged);
    }

    [Fact]
    public void Should_verify_and_then_end_what_it_may_have_held_when_a_silent_one_is_dead()
    {
        Expect("a");

        var verify = Assert.IsType<LedgerEffect.Verify>(Assert.Single(Ledger.Gone(new ModelId("a"), At(0))));
        Assert.Equal((LeasePhase.Releasing, OfHost(50)), (verify.Lease.Phase, Ledger.Charged));

        Assert.IsType<LedgerEffect.End>(Assert.Single(Ledger.Verified(verify.Lease.Id, At(1))));
        Assert.Equal(PoolVector.Zero, Ledger.Charged);
    }

    [Fact]
    public void Should_change_nothing_when_one_dies_that_has_reported()
    {
        Expect("a");
        Report("a", Held("a", LeasePhase.Resident));

        Assert.Empty(Ledger.Gone(new ModelId("a"), At(0)));
        Assert.Equal(OfHost(40), Ledger.Charged);
    }

    [Fact]
    public void Should_ask_nobody_to_yield_for_a_lowered_budget_until_all_have_reported()
    {
        Expect("a", "b");
        Report("a", Held("a", LeasePhase.Resident));

        Assert.Empty(Ledger.SetBudget(OfHost(20), critical: false, At(1)));
        Assert.Equal(["a"], Yields(Report("b")));
    }

    [Fact]
    public void Should_not_grow_a_lease_until_all_have_reported()
    {
        Expect("a", "b");
        Report("a", Held("a", LeasePhase.Resident));

        Assert.False(Ledger.TryGrow(new LeaseId(1, 7), OfHost(1), At(0)));
        Report("b");
        Assert.True(Ledger.TryGrow(new LeaseId(1, 7), OfHost(1), At(0)));
    }

    [Fact]
    public void Should_charge_weights_in_common_once_when_their_sharers_report()
    {
        Expect("a", "b");
        var shares = Declared with { Shared = Common("backbone", 8) };
        Report("a", Held("a", LeasePhase.Resident) with { Variant = shares });
        Report("b", Held("b", LeasePhase.Resident, number: 8) with { Variant = shares });

        Assert.Equal(OfHost(88), Ledger.Charged);
    }

    private void Expect(params string[] models)
    {
        foreach (var model in models) Ledger.Expect(new ModelId(model), Declared.Footprint);
    }

    private IReadOnlyList<LedgerEffect> Report(string model, HeldLease? held = null, RequestLease? pending = null) =>
        Ledger.Adopt(new ReportLeases(2, new ModelId(model), held, pending), At(0));

    private static RequestLease Pending(string model, double mebibytes) => Footprints.Request(1, model, Footprints.Host(mebibytes));

    private static HeldLease Held(string model, LeasePhase phase, long number = 7) =>
        new(new Lease(new LeaseId(1, number), new ModelId(model), Declared.Name, phase, OfHost(50)), Declared, Yielding: false, Pinned: false);
}
