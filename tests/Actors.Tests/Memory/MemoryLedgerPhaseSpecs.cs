using ActorPipeline.Inference;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>What a lease covers from its grant to its end.</summary>
public sealed class MemoryLedgerPhaseSpecs : MemoryLedgerKit
{
    private static readonly TurnMeasurement Turn = new(Bytes.MiB(31), Bytes.Zero);

    [Fact]
    public void Should_shrink_to_what_was_measured_and_its_lanes_when_it_loaded_alone()
    {
        Warm();

        Assert.Equal(OfHost(20 + (2 * 5)), Confirmed(Measured(20)).Bytes);
    }

    [Fact]
    public void Should_shrink_to_what_was_declared_when_it_loaded_beside_others()
    {
        Warm();
        Resident("other", 30);

        Assert.Equal(OfHost(30 + (2 * 5)), Confirmed(Measured(20)).Bytes);
    }

    [Fact]
    public void Should_shrink_to_what_was_declared_when_another_was_granted_while_it_loaded()
    {
        Warm();
        var lease = Granted(Wants("a", Variant(50, 30, 5)));
        Granted("other", 30);

        Ledger.ConfirmResident(lease.Id, Measured(20), At(1));

        Assert.Equal(OfHost(40), Now(lease).Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_shrink_to_what_was_declared_when_it_was_the_first_load_or_nothing_was_measured(bool first)
    {
        if (!first) Warm();

        Assert.Equal(OfHost(40), Confirmed(first ? Measured(20) : null).Bytes);
    }

    [Fact]
    public void Should_keep_what_was_granted_when_it_grew_within_the_dead_band()
    {
        Warm();
        var lease = Granted(Wants("a", Variant(50, 30, 5)));

        Assert.Empty(Ledger.ConfirmResident(lease.Id, Measured(44), At(1)));
        Assert.Equal(OfHost(50), Now(lease).Bytes);
    }

    [Fact]
    public void Should_charge_the_truth_and_say_so_when_it_grew_beyond_the_dead_band()
    {
        Warm();
        var lease = Granted(Wants("a", Variant(50, 30, 5)));

        var outgrew = Assert.IsType<LedgerEffect.Outgrew>(Assert.Single(Ledger.ConfirmResident(lease.Id, Measured(60), At(1))));

        Assert.Equal((OfHost(50), OfHost(70)), (outgrew.Granted, outgrew.Lease.Bytes));
        Assert.Equal(OfHost(70), Ledger.Charged);
        // It would have fitted beside what was granted.
        Assert.Empty(Grants(Ask("b", 45, at: 2)));
    }

    [Fact]
    public void Should_deny_and_not_load_again_and_again_when_the_truth_is_more_than_the_budget()
    {
        Warm();
        var small = Variant(20, 10, 5);
        var lease = Granted(Wants("a", small));
        Assert.Equal(["a"], Yields(Ledger.ConfirmResident(lease.Id, Measured(120), At(1))));
        End(Now(lease), at: 2);

        Assert.Equal(DenialReason.NeverFits, Denied(Ledger.Request(Wants("a", small), At(3))).Reason);
    }

    [Fact]
    public void Should_have_it_yield_when_the_truth_is_more_than_the_budget()
    {
        Warm();
        var lease = Granted(Wants("a", Variant(50, 30, 5)));

        Assert.Equal(["a"], Yields(Ledger.ConfirmResident(lease.Id, Measured(95), At(1))));
    }

    [Fact]
    public void Should_change_nothing_when_a_load_is_confirmed_twice()
    {
        Warm();
        var lease = Confirmed(Measured(20));

        Assert.Empty(Ledger.ConfirmResident(lease.Id, Measured(40), At(2)));
        Assert.Equal(OfHost(30), Now(lease).Bytes);
    }

    [Fact]
    public void Should_cover_more_at_once_or_not_at_all_when_it_is_to_grow()
    {
        var lease = Resident("a", 60);

        Assert.True(Ledger.TryGrow(lease.Id, OfHost(40), At(1)));
        Assert.Equal(OfHost(100), Now(lease).Bytes);
        Assert.False(Ledger.TryGrow(lease.Id, OfHost(1), At(1)));
        Assert.Equal(OfHost(100), Ledger.Charged);
    }

    [Fact]
    public void Should_not_grow_when_it_is_to_yield_or_leaves_or_is_stuck_or_is_over()
    {
        var (yields, leaves, stuck) = (Resident("a", 30), Resident("b", 20), Resident("c", 10));
        Ask("d", 70);
        Ledger.Release(leaves.Id, At(1));
        Ledger.MarkStuck(stuck.Id, At(1));

        foreach (var id in new[] { yields.Id, leaves.Id, stuck.Id, new LeaseId(1, 99) }) Assert.False(Ledger.TryGrow(id, OfHost(1), At(2)));
    }

    [Fact]
    public void Should_cover_what_a_worker_takes_and_nothing_for_lanes_when_it_is_to_build()
    {
        var lease = Granted(Wants("a", Variant(50, 60, 5)) with { Phase = LeasePhase.Build });

        Assert.Equal((LeasePhase.Build, OfHost(50)), (lease.Phase, lease.Bytes));
        Assert.Equal(ChargeKind.Build, Assert.Single(Ledger.Charges).Kind);
        Assert.Empty(Ledger.ConfirmResident(lease.Id, null, At(1)));
        Assert.IsType<LedgerEffect.Verify>(Assert.Single(Ledger.Release(lease.Id, At(2))));
    }

    [Fact]
    public void Should_say_what_it_took_when_it_was_alone_from_its_load_to_its_end()
    {
        Warm();
        var lease = Confirmed(Measured(20));

        var learn = Assert.Single(Ledger.Release(lease.Id, At(2), Turn).OfType<LedgerEffect.Learn>());

        Assert.Equal(new LedgerEffect.Learn(lease.Model, lease.Variant, OfHost(50), Measured(20), Turn), learn);
    }

    [Fact]
    public void Should_say_only_what_its_load_took_when_another_came_after_it()
    {
        Warm();
        var lease = Confirmed(Measured(20));
        Granted("b", 20);

        var learn = Assert.Single(Ledger.Release(lease.Id, At(2), Turn).OfType<LedgerEffect.Learn>());

        Assert.Equal((Measured(20), null), (learn.Load, learn.Turn));
    }

    [Fact]
    public void Should_say_nothing_of_what_it_took_when_it_loaded_beside_others()
    {
        Warm();
        var other = Resident("other", 30);
        var lease = Confirmed(Measured(20));
        End(other);

        Assert.Empty(Ledger.Release(lease.Id, At(2), Turn).OfType<LedgerEffect.Learn>());
    }

    [Fact]
    public void Should_charge_what_a_provider_costs_once_and_for_good_when_leases_name_it()
    {
        var cuda = Variant(20, 20, 0) with { Fixed = Common("cuda", 30) };
        var first = Resident(Wants("a", cuda));
        Assert.Equal(OfHost(50), Ledger.Charged);

        var second = Resident(Wants("b", cuda));
        Assert.Equal(OfHost(70), Ledger.Charged);

        End(first);
        End(second);
        Assert.Equal(new Charge("cuda", ChargeKind.Fixed, OfHost(30)), Assert.Single(Ledger.Charges));
    }

    [Fact]
    public void Should_charge_weights_in_common_once_and_free_them_with_the_last_when_models_share_them()
    {
        var (first, second) = (Resident(Shares("a", 20)), Resident(Shares("b", 20)));
        Assert.Equal(OfHost(70), Ledger.Charged);

        End(first);
        Assert.Equal(OfHost(50), Ledger.Charged);
        End(second);
        Assert.Equal(PoolVector.Zero, Ledger.Charged);
    }

    [Fact]
    public void Should_ask_all_who_share_weights_when_only_the_weights_make_room()
    {
        Resident(Shares("a", 10));
        Resident(Shares("b", 10));

        Assert.Equal(["a", "b"], Yields(Ask("c", 95)));
    }

    [Fact]
    public void Should_deny_as_never_fitting_when_it_fits_only_while_another_pays_for_the_weights()
    {
        Resident(Shares("a", 30));

        // 75 and the 30 that it shares are more than there is, whoever pays for them at the moment.
        var effects = Ledger.Request(Shares("b", 75), At(1));

        Assert.Equal(DenialReason.NeverFits, Denied(effects).Reason);
        Assert.Empty(Yields(effects));
    }

    [Fact]
    public void Should_never_ask_the_pinned_for_another_when_it_stands_in_the_way()
    {
        var pinned = Resident(Wants("a", 60) with { Pinned = true });

        var effects = Ask("b", 60);

        Assert.Equal(DenialReason.NeverFits, Denied(effects).Reason);
        Assert.Contains("pinned", Denied(effects).Explanation);
        Assert.Empty(Yields(effects));
        End(pinned);
        Granted("b", 60);
    }

    private RequestLease Shares(string model, double mebibytes) => Wants(model, Variant(mebibytes, mebibytes, 0) with { Shared = Common("backbone", 30) });

    /// <summary>A first load of the process, of which nothing is left.</summary>
    private void Warm() => End(Resident("warm", 10));

    /// <summary>Granted 50 MiB for 30 and two lanes of 5.</summary>
    private Lease Confirmed(LoadMeasurement? measured)
    {
        var lease = Granted(Wants("a", Variant(50, 30, 5)));
        Assert.Equal(OfHost(50), lease.Bytes);
        Ledger.ConfirmResident(lease.Id, measured, At(1));
        return Now(lease);
    }
}
