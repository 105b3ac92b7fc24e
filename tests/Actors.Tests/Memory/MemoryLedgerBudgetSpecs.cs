using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A budget that falls and rises, memory pressure, fixed cost and debt.</summary>
public sealed class MemoryLedgerBudgetSpecs : MemoryLedgerKit
{
    [Fact]
    public void Should_give_grace_for_as_long_as_holders_may_take_and_only_when_the_budget_was_lowered()
    {
        Resident("a", 90);
        Assert.Null(Ledger.GraceUntil);

        Ledger.SetBudget(OfHost(50), critical: false, At(100));
        Assert.Equal(At(100) + Settings.YieldBound, Ledger.GraceUntil);

        Ledger.SetBudget(OfHost(100), critical: false, At(200));
        Assert.Null(Ledger.GraceUntil);
        // Debt that lifts the charges over the budget is no grace.
        Ledger.SetAccount(ChargeKind.Debt, MemoryLedger.DebtAccount, OfHost(20), At(300));
        Assert.True(Ledger.Exceeded);
        Assert.Null(Ledger.GraceUntil);
    }

    [Fact]
    public void Should_grant_nothing_until_it_holds_again_when_the_budget_is_lowered_below_what_is_charged()
    {
        var lease = Resident("a", 60);

        Assert.Equal(["a"], Yields(Ledger.SetBudget(OfHost(50), critical: false, At(1))));
        Assert.True(Ledger.Exceeded);
        Assert.Empty(Grants(Ask("b", 5, at: 2)));
        Ledger.Release(lease.Id, At(3));
        Assert.Empty(Grants(Ledger.Wake(At(4))));

        Assert.Equal(["b"], Grants(Ledger.Verified(lease.Id, At(5))));
        Assert.False(Ledger.Exceeded);
    }

    [Fact]
    public void Should_ask_at_once_whatever_its_turn_when_the_budget_is_lowered()
    {
        Busy("a", 60);

        var yield = Assert.Single(Ledger.SetBudget(OfHost(50), critical: false, At(1)).OfType<LedgerEffect.Yield>());

        Assert.Equal("a", yield.Lease.Model.Value);
        Assert.Null(yield.Decision!.For);
        Assert.Equal(OfHost(10), yield.Decision.Need);
    }

    [Theory]
    [InlineData(60, "a")]
    [InlineData(40, "a,loads")]
    public void Should_ask_who_loads_only_when_the_loaded_do_not_suffice(double budget, string asked)
    {
        Resident("a", 20);
        Granted("loads", 50);

        Assert.Equal(asked.Split(','), Yields(Ledger.SetBudget(OfHost(budget), critical: false, At(1))));
    }

    [Theory]
    [InlineData(35, "a,loads")]
    [InlineData(10, "a,loads,pinned")]
    public void Should_ask_the_pinned_only_when_nothing_else_suffices(double budget, string asked)
    {
        Resident(Wants("pinned", 30) with { Pinned = true });
        Resident("a", 20);
        Granted("loads", 20);

        Assert.Equal(asked.Split(','), Yields(Ledger.SetBudget(OfHost(budget), critical: false, At(1))));
    }

    [Fact]
    public void Should_ask_all_who_can_when_even_they_do_not_suffice()
    {
        Granted(Wants("worker", 60) with { Phase = LeasePhase.Build });
        Resident("a", 20);

        Assert.Equal(["a"], Yields(Ledger.SetBudget(OfHost(10), critical: false, At(1))));
    }

    [Fact]
    public void Should_ask_nobody_again_but_further_ones_when_the_budget_falls_on()
    {
        Resident("a", 40);
        Resident("b", 30, at: 1);
        Assert.Equal(["a"], Yields(Ledger.SetBudget(OfHost(50), critical: false, At(2))));

        Assert.Empty(Ledger.SetBudget(OfHost(45), critical: false, At(3)));
        Assert.Equal(["b"], Yields(Ledger.SetBudget(OfHost(20), critical: false, At(4))));
    }

    [Fact]
    public void Should_serve_who_waits_when_the_budget_rises_again()
    {
        Busy("a", 60);
        Ledger.SetBudget(OfHost(70), critical: false, At(1));
        Assert.IsType<LedgerEffect.Queue>(Assert.Single(Ask("b", 20, at: 2)));

        Assert.Equal(["b"], Grants(Ledger.SetBudget(OfHost(100), critical: false, At(3))));
    }

    [Fact]
    public void Should_count_no_more_than_is_configured_when_the_machine_has_more()
    {
        Ledger.SetBudget(OfHost(1000), critical: false, At(0));

        Assert.Equal(OfHost(100), Ledger.Budget);
    }

    [Fact]
    public void Should_deny_with_a_time_when_it_fits_what_is_configured_but_not_what_the_machine_leaves()
    {
        Ledger.SetBudget(OfHost(50), critical: false, At(0));

        var deny = Denied(Ask("a", 60));

        Assert.Equal((DenialReason.Pressure, At(5000)), (deny.Reason, deny.RetryAfter));
        Assert.Contains("50.0 MiB", deny.Explanation);
        Assert.Contains("100.0 MiB", deny.Explanation);
        Ledger.SetBudget(OfHost(100), critical: false, At(1));
        Granted("a", 60);
    }

    [Fact]
    public void Should_deny_who_waits_already_when_a_lowered_budget_leaves_no_hope()
    {
        Busy("a", 60);
        Ask("b", 55);

        var effects = Ledger.SetBudget(OfHost(50), critical: false, At(1));

        Assert.Equal(DenialReason.Pressure, Denied(effects).Reason);
        Assert.Equal(["a"], Yields(effects));
        Assert.Equal(0, Ledger.PendingCount);
    }

    [Fact]
    public void Should_name_at_least_a_second_when_a_budget_may_rise_at_once()
    {
        Ledger = new MemoryLedger(OfHost(100), 2, Settings with { RiseAfter = TimeSpan.Zero }, new LeastRecentlyUsed());
        Ledger.SetBudget(OfHost(50), critical: false, At(0));

        Assert.Equal(At(1000), Denied(Ask("a", 60)).RetryAfter);
    }

    [Fact]
    public void Should_end_every_turn_when_memory_is_critically_short_and_another_waits()
    {
        Busy("a", 60);
        Assert.Empty(Yields(Ask("b", 60)));

        Assert.Equal(["a"], Yields(Ledger.SetBudget(OfHost(100), critical: true, At(1))));
    }

    [Fact]
    public void Should_charge_debt_and_uncharge_it_when_its_level_rises_and_falls()
    {
        Ledger.SetDebt(Bytes.MiB(20), At(0));

        Assert.Equal(new Charge(MemoryLedger.DebtAccount, ChargeKind.Debt, OfHost(20)), Assert.Single(Ledger.Charges));
        Assert.Equal(PoolVector.Zero, Ledger.ChargedToModels);
        var deny = Denied(Ask("a", 90));
        Assert.Equal((DenialReason.Recycle, null), (deny.Reason, deny.RetryAfter));
        Assert.Contains("20.0 MiB", deny.Explanation);

        Ledger.SetDebt(Bytes.MiB(5), At(1));
        Assert.Equal(OfHost(5), Ledger.Charged);
        Granted("a", 90);
    }

    [Fact]
    public void Should_have_who_is_loaded_yield_and_deny_who_waits_when_debt_takes_their_room()
    {
        Busy("a", 60);
        Ask("b", 90);

        var effects = Ledger.SetDebt(Bytes.MiB(45), At(1));

        Assert.Equal(["a"], Yields(effects));
        Assert.Equal(DenialReason.Recycle, Denied(effects).Reason);
    }

    [Fact]
    public void Should_serve_who_waits_when_debt_falls()
    {
        Busy("a", 60);
        Ledger.SetDebt(Bytes.MiB(20), At(1));
        Ask("b", 40, at: 2);

        Assert.Equal(["b"], Grants(Ledger.SetDebt(Bytes.Zero, At(3))));
    }

    [Fact]
    public void Should_ask_for_a_new_process_once_when_debt_passes_its_limit()
    {
        Assert.Empty(Ledger.SetDebt(Bytes.MiB(50), At(0)));

        Assert.Contains("51.0 MiB", Assert.Single(Ledger.SetDebt(Bytes.MiB(51), At(1)).OfType<LedgerEffect.Recycle>()).Reason);
        Assert.Empty(Ledger.SetDebt(Bytes.MiB(60), At(2)));
    }

    [Fact]
    public void Should_never_ask_for_a_new_process_when_debt_has_no_limit()
    {
        Ledger = new MemoryLedger(OfHost(100), 2, Settings with { DebtLimit = 0 }, new LeastRecentlyUsed());

        Assert.Empty(Ledger.SetDebt(Bytes.MiB(99), At(0)));
    }

    [Fact]
    public void Should_charge_fixed_cost_and_have_leases_yield_when_it_is_measured_beyond_the_budget()
    {
        Resident("a", 60);

        Assert.Equal(["a"], Yields(Ledger.SetAccount(ChargeKind.Fixed, "cpu", OfHost(50), At(1))));
        Assert.Equal(OfHost(110), Ledger.Charged);
        var deny = Denied(Ask("b", 60));
        Assert.Equal(DenialReason.NeverFits, deny.Reason);
        Assert.Contains("fixed cost", deny.Explanation);
    }

    [Fact]
    public void Should_refuse_buffers_when_they_fit_only_what_is_configured()
    {
        Ledger.SetBudget(OfHost(50), critical: false, At(0));

        Assert.False(Ledger.TryChargePool("street", OfHost(60)));
        Assert.True(Ledger.TryChargePool("street", OfHost(50)));
    }
}
