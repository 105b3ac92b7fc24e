using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Another budget is configured while leases are held.</summary>
public sealed class MemoryLedgerConfigureSpecs : MemoryLedgerKit
{
    [Fact]
    public void Should_have_who_is_beyond_it_yield_with_grace_when_it_is_lowered()
    {
        Resident("a", 60);
        Resident("b", 30);

        var yields = Ledger.Configure(OfHost(70), At(100));

        Assert.Equal(["a"], Yields(yields));
        Assert.Equal((OfHost(70), OfHost(70), At(100) + Settings.YieldBound), (Ledger.Configured, Ledger.Budget, Ledger.GraceUntil));
    }

    [Fact]
    public void Should_grant_what_waits_when_it_is_raised_and_the_machine_leaves_it()
    {
        Busy("a", 60);
        Ask("b", 60);
        Ledger.SetBudget(OfHost(500), critical: false, At(1));

        Assert.Equal(["b"], Grants(Ledger.Configure(OfHost(120), At(2))));
    }

    [Fact]
    public void Should_not_exceed_what_the_machine_was_last_said_to_leave_when_it_is_raised()
    {
        Ledger.SetBudget(OfHost(80), critical: false, At(1));

        Ledger.Configure(OfHost(200), At(2));
        Assert.Equal(OfHost(80), Ledger.Budget);
        Ledger.SetBudget(OfHost(180), critical: false, At(3));

        Assert.Equal(OfHost(180), Ledger.Budget);
    }

    [Fact]
    public void Should_rise_to_what_the_machine_leaves_when_that_was_said_before_it_was_raised()
    {
        Ledger.SetBudget(OfHost(180), critical: false, At(1));
        Assert.Equal(OfHost(100), Ledger.Budget);

        Ledger.Configure(OfHost(200), At(2));

        Assert.Equal(OfHost(180), Ledger.Budget);
    }

    [Fact]
    public void Should_end_the_grace_when_it_is_raised_again()
    {
        Resident("a", 90);
        Ledger.Configure(OfHost(50), At(1));

        Ledger.Configure(OfHost(100), At(2));

        Assert.Null(Ledger.GraceUntil);
        Assert.False(Ledger.Exceeded);
    }

    [Fact]
    public void Should_tell_who_waits_for_more_to_ask_again_when_it_is_lowered()
    {
        Busy("a", 60);
        Ask("b", 90);

        var deny = Denied(Ledger.Configure(OfHost(80), At(1)));

        // What was only estimated is cut to the budget: asked again, it may fit.
        Assert.Equal((DenialReason.Pressure, Settings.RiseAfter), (deny.Reason, deny.RetryAfter));
        Assert.Contains("has just come to leave", deny.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_tell_who_asks_for_more_to_ask_again_only_while_the_lowered_budget_is_news()
    {
        Ledger.Configure(OfHost(80), At(1));

        Assert.Equal(DenialReason.Pressure, Denied(Ask("b", 90, at: 2)).Reason);
        var later = Denied(Ask("b", 90, at: 2 + (int)Settings.RiseAfter.TotalMilliseconds));

        Assert.Equal((DenialReason.NeverFits, (TimeSpan?)null), (later.Reason, later.RetryAfter));
    }

    [Fact]
    public void Should_spare_a_lease_from_when_it_is_pinned_until_it_is_pinned_no_more()
    {
        var lease = Resident("a", 60);
        Ledger.Pin(lease.Id, pinned: true, At(1));

        Assert.Empty(Yields(Ask("b", 40, at: 2)));
        var denied = Denied(Ask("c", 50, at: 2 + (int)Settings.RiseAfter.TotalMilliseconds));
        Assert.Equal(DenialReason.NeverFits, denied.Reason);
        Assert.Equal(["a"], Yields(Ledger.Pin(lease.Id, pinned: false, At(9000)).Concat(Ask("c", 60, at: 9001))));
    }

    [Fact]
    public void Should_tell_who_waits_to_ask_again_when_what_it_waits_for_is_pinned()
    {
        var lease = Busy("a", 60);
        Ask("b", 60, at: 1);

        var deny = Denied(Ledger.Pin(lease.Id, pinned: true, At(2)));

        Assert.Equal((DenialReason.Pressure, Settings.RiseAfter), (deny.Reason, deny.RetryAfter));
    }

    [Fact]
    public void Should_let_a_lease_go_that_was_asked_to_yield_before_it_is_pinned()
    {
        var lease = Resident("a", 60);
        Assert.Equal(["a"], Yields(Ask("b", 60, at: 1)));
        Assert.Empty(Ledger.Pin(lease.Id, pinned: true, At(2)));

        Assert.Equal(["b"], Grants(End(lease, at: 3)));
    }

    [Fact]
    public void Should_change_nothing_when_a_lease_is_pinned_that_is_over()
    {
        var lease = Resident("a", 60);
        End(lease);

        Assert.Empty(Ledger.Pin(lease.Id, pinned: true, At(1)));

        Assert.Equal(["b"], Grants(Ask("b", 100, at: 2)));
    }

    [Fact]
    public void Should_ask_for_recycling_by_the_new_budget_when_debt_is_more_than_its_share()
    {
        Assert.Empty(Ledger.SetDebt(Bytes.MiB(30), At(1)).OfType<LedgerEffect.Recycle>());
        Ledger.Configure(OfHost(50), At(2));

        Assert.Single(Ledger.SetDebt(Bytes.MiB(30), At(3)).OfType<LedgerEffect.Recycle>());
    }
}
