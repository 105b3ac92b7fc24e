using ActorPipeline.Catalog;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Models that only neighbours want: behind this node's own, and the first to go.</summary>
public sealed class MemoryLedgerGuestSpecs : MemoryLedgerKit
{
    [Fact]
    public void Should_serve_own_requests_first_when_one_of_a_neighbours_came_before()
    {
        var lease = Resident("a", 90);
        AskForGuests("guests", 60, at: 0);
        Ask("own", 60, at: 5000);

        Assert.Equal(["own"], Grants(End(lease, at: 5001)));
    }

    [Fact]
    public void Should_serve_own_requests_first_when_a_neighbours_has_priority_or_is_long_due()
    {
        var lease = Resident("a", 90);
        Ledger.ReportDemand(Guests("guests", 1) with { OldestDeadline = At(10) }, At(0));
        Ledger.Request(Wants("guests", 60) with { Priority = 1, Deadline = At(10) }, At(0));
        Ask("own", 60, at: 20_000);

        Assert.Equal(["own"], Grants(End(lease, at: 20_001)));
    }

    [Fact]
    public void Should_let_nobody_go_for_a_neighbour_who_is_wanted_here()
    {
        Busy("own", 60);

        Assert.Empty(Yields(AskForGuests("guests", 60, at: 1)));
        // However long its turn has lasted.
        Assert.Empty(Yields(Ledger.Wake(At(100_000))));
    }

    [Fact]
    public void Should_let_go_for_a_neighbour_who_is_wanted_by_nobody()
    {
        Resident("idle", 60);

        Assert.Equal(["idle"], Yields(AskForGuests("guests", 60, at: 1)));
    }

    [Fact]
    public void Should_let_a_neighbours_model_go_at_once_when_room_is_needed_here()
    {
        Ledger.ReportDemand(Guests("guests", 3), At(0));
        Resident("guests", 60);

        // Its turn would last half a second, were it this node's own.
        Assert.Equal(["guests"], Yields(Ask("own", 60, at: 1)));
    }

    [Fact]
    public void Should_take_turns_between_neighbours_when_nothing_is_wanted_here()
    {
        Ledger.ReportDemand(Guests("first", 3), At(0));
        Resident("first", 60);

        Assert.Empty(Yields(AskForGuests("second", 60, at: 1)));
        Assert.Equal(["first"], Yields(Ledger.Wake(At(60_000))));
    }

    [Fact]
    public void Should_move_a_request_up_when_own_work_comes_for_it()
    {
        var lease = Resident("a", 90);
        AskForGuests("shared", 60, at: 0);
        Ask("own", 60, at: 1);

        Ledger.ReportDemand(Guests("shared", 1) with { Queued = 2 }, At(2));

        Assert.Equal(["shared"], Grants(End(lease, at: 3)));
    }

    [Fact]
    public void Should_move_a_request_back_when_only_neighbours_want_it_any_more()
    {
        var lease = Resident("a", 90);
        Ledger.ReportDemand(Demand("shared", 2), At(0));
        Ask("shared", 60, at: 0);
        Ask("own", 60, at: 1);

        Ledger.ReportDemand(Guests("shared", 1), At(2));

        Assert.Equal(["own"], Grants(End(lease, at: 3)));
    }

    [Fact]
    public void Should_yield_for_own_work_that_comes_for_a_model_which_waited_for_neighbours()
    {
        Ledger.ReportDemand(Demand("busy", 3), At(0));
        Resident("busy", 60);
        AskForGuests("shared", 60, at: 1);
        Ledger.Wake(At(10_000));

        // Its turn is long over: who is wanted here may be asked for another who is wanted here too.
        Assert.Equal(["busy"], Yields(Ledger.ReportDemand(Guests("shared", 1) with { Queued = 2 }, At(10_001))));
    }

    private static ReportDemand Guests(string model, int queued) => Demand(model, queued) with { Guests = queued };

    private IReadOnlyList<LedgerEffect> AskForGuests(string model, double mebibytes, int at)
    {
        Ledger.ReportDemand(Guests(model, 1), At(at));
        return Ledger.Request(Wants(model, mebibytes), At(at));
    }
}
