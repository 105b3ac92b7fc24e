using ActorPipeline.Catalog;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Why a model is or is not in memory, and what a decision was made by.</summary>
public sealed class MemoryLedgerExplainSpecs : MemoryLedgerKit
{
    [Fact]
    public void Should_say_that_nothing_wants_it_when_it_was_not_requested()
    {
        Resident("a", 60);

        var explained = Explain("b");

        Assert.Equal(("not requested", PoolVector.Zero, OfHost(40)), (explained.State, explained.Holds, explained.Free));
        Assert.Contains("60.0 MiB", explained.Text);
    }

    [Fact]
    public void Should_say_what_it_is_wanted_for_when_it_is_resident()
    {
        Busy("a", 60);

        var explained = Explain("a");

        Assert.Equal(("resident", OfHost(60)), (explained.State, explained.Holds));
        Assert.Contains("wanted for 3", explained.Text);
    }

    [Fact]
    public void Should_say_loading_when_its_lease_is_granted()
    {
        Granted("a", 60);

        Assert.Equal("loading", Explain("a").State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_say_leaving_when_it_was_asked_or_has_let_go(bool released)
    {
        var lease = Resident("a", 60);
        if (released) Ledger.Release(lease.Id, At(1));
        else Ask("b", 60, at: 1);

        Assert.Equal(("leaving", OfHost(60)), (Explain("a").State, Explain("a").Holds));
    }

    [Fact]
    public void Should_say_stuck_when_a_call_never_came_back()
    {
        Ledger.MarkStuck(Resident("a", 60).Id, At(1));

        Assert.Equal("stuck", Explain("a").State);
        Assert.Contains("never came back", Explain("a").Text);
    }

    [Fact]
    public void Should_say_what_stands_in_the_way_when_it_waits()
    {
        Busy("a", 60);
        Ask("before", 70);
        Ask("b", 50);

        var explained = Explain("b", at: 100);

        Assert.Equal(("waiting", OfHost(50), OfHost(40), 1), (explained.State, explained.Need, explained.Free, explained.Ahead));
        var considered = Assert.Single(explained.Considered);
        Assert.Equal(("a", 3, "its turn lasts 400 ms more", false), (considered.Model.Value, considered.Wanted, considered.Spared, considered.Chosen));
        Assert.Contains("'a' (host 60.0 MiB): its turn lasts 400 ms more", explained.Text);
    }

    [Fact]
    public void Should_name_need_and_free_and_the_chosen_first_when_somebody_is_asked()
    {
        Granted("loads", 10);
        Resident(Wants("stays", 10) with { Pinned = true });
        Busy("busy", 20, at: 100);
        Resident("idle", 50);

        var yield = Assert.Single(Ask("b", 30, at: 200).OfType<LedgerEffect.Yield>());

        var decision = yield.Decision!;
        Assert.Equal((new ModelId("b"), OfHost(30), OfHost(10)), (decision.For, decision.Need, decision.Free));
        Assert.Equal(
            [("idle", true, null), ("busy", false, "its turn lasts 400 ms more"), ("loads", false, "load"), ("stays", false, "pinned")],
            decision.Considered.Take(1).Concat(decision.Considered.Skip(1).OrderBy(c => c.Model.Value)).Select(c => (c.Model.Value, c.Chosen, c.Spared)));
    }

    [Fact]
    public void Should_say_that_one_yields_already_when_another_is_asked_after_it()
    {
        Resident("a", 50);
        Resident("b", 40, at: 1);
        Ask("c", 60, at: 2);

        var yield = Assert.Single(Ask("d", 20, at: 3).Concat(Ledger.SetBudget(OfHost(30), false, At(4))).OfType<LedgerEffect.Yield>());

        Assert.Equal("b", yield.Lease.Model.Value);
        Assert.Equal("yields already", Assert.Single(yield.Decision!.Considered, c => c.Model.Value == "a").Spared);
    }

    [Fact]
    public void Should_name_what_loading_again_takes_when_it_was_seen()
    {
        var lease = Granted("a", 60);
        Ledger.ConfirmResident(lease.Id, null, At(80));

        var yield = Assert.Single(Ask("b", 60, at: 100).OfType<LedgerEffect.Yield>());

        Assert.Equal(At(80), Assert.Single(yield.Decision!.Considered).ReloadTime);
    }

    [Fact]
    public void Should_name_no_more_than_a_log_line_can_bear_when_many_are_loaded()
    {
        for (var i = 0; i < 50; i++) Resident($"m{i:00}", 2, at: i);

        var decisions = Ask("b", 6, at: 100).OfType<LedgerEffect.Yield>().Select(y => y.Decision!).ToArray();

        Assert.Equal(3, decisions.Length);
        Assert.All(decisions, d => Assert.Equal(LeaseDecision.Most, d.Considered.Count));
        Assert.All(decisions, d => Assert.Equal([true, true, true, false], d.Considered.Take(4).Select(c => c.Chosen)));
    }

    [Fact]
    public void Should_change_nothing_when_it_is_asked_why()
    {
        Busy("a", 60);
        Ask("b", 60);
        var (charged, wake) = (Ledger.Charged, Ledger.NextWake);

        foreach (var model in new[] { "a", "b", "c" }) Explain(model);

        Assert.Equal((charged, wake, 1), (Ledger.Charged, Ledger.NextWake, Ledger.PendingCount));
        Assert.Equal(["a"], Yields(Ledger.ReportDemand(Demand("a", 0), At(1))));
    }

    private ModelExplanation Explain(string model, int at = 0) => Ledger.Explain(new ModelId(model), At(at));
}
