using ActorPipeline.Catalog;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Who is served first, who may pass, and who is told that it is too late.</summary>
public sealed class MemoryLedgerOrderSpecs : MemoryLedgerKit
{
    [Fact]
    public void Should_serve_in_the_order_they_came_when_nothing_tells_them_apart()
    {
        var lease = Resident("a", 90);
        Ask("first", 60);
        Ask("second", 60);

        Assert.Equal(["first"], Grants(End(lease)));
    }

    [Fact]
    public void Should_serve_a_deadline_before_patience_when_it_is_due_earlier()
    {
        var lease = Resident("a", 90);
        Ask("patient", 60);
        Ledger.Request(Wants("urgent", 60) with { Deadline = At(5000) }, At(1));

        Assert.Equal(["urgent"], Grants(End(lease, at: 2)));
    }

    [Fact]
    public void Should_serve_who_has_waited_past_its_patience_when_later_ones_have_deadlines()
    {
        var lease = Resident("a", 90);
        Ask("patient", 60);
        Ledger.Request(Wants("urgent", 60) with { Deadline = At(10_500) }, At(10_400));

        Assert.Equal(["patient"], Grants(End(lease, at: 10_401)));
    }

    [Fact]
    public void Should_serve_the_higher_priority_first_when_another_is_due_earlier()
    {
        var lease = Resident("a", 90);
        Ledger.Request(Wants("urgent", 60) with { Deadline = At(5000) }, At(0));
        Ledger.Request(Wants("high", 60) with { Priority = 1 }, At(1));

        Assert.Equal(["high"], Grants(End(lease, at: 2)));
    }

    [Fact]
    public void Should_serve_who_has_work_due_sooner_first_when_the_work_was_reported_and_not_the_request()
    {
        var lease = Resident("a", 90);
        Ledger.Request(Wants("patient", 60), At(0));
        Ledger.ReportDemand(Demand("urgent", 1) with { OldestDeadline = At(400) }, At(1));
        Ledger.Request(Wants("urgent", 60), At(1));

        Assert.Equal(["urgent"], Grants(End(lease, at: 2)));
    }

    [Fact]
    public void Should_deny_as_late_with_a_time_and_ask_nobody_to_yield_when_no_swap_is_quick_enough()
    {
        var first = Resident("a", 60);
        Ask("b", 60);
        End(first, at: 10);
        Ledger.ReportDemand(Demand("b", 3), At(10));
        Ledger.ConfirmResident(Ledger.Leases.Single().Id, null, At(40));
        Assert.Equal(At(40), Ledger.LastSwap);

        Ledger.ReportDemand(Demand("b", 0), At(45));
        var effects = Ledger.Request(Wants("c", 60) with { Deadline = At(80) }, At(50));
        Assert.Equal((DenialReason.Late, At(40)), (Denied(effects).Reason, Denied(effects).RetryAfter));
        Assert.DoesNotContain(effects, e => e is LedgerEffect.Yield);
        Assert.Equal(0, Ledger.PendingCount);
        Assert.Equal(1, Queued(Wants("d", 60) with { Deadline = At(90) }, 50));
    }

    [Theory]
    [InlineData(600)] // the turn ends before
    [InlineData(50)] // it is late already, and there is no time left to save
    public void Should_wait_when_its_deadline_cannot_be_known_to_be_missed(int deadline)
    {
        Busy("a", 60);

        Assert.Equal(1, Queued(Wants("b", 60) with { Deadline = At(deadline) }, 100));
    }

    [Fact]
    public void Should_wait_when_nobody_knows_how_long_the_load_before_it_takes()
    {
        Granted("a", 60);

        Assert.Equal(1, Queued(Wants("b", 60) with { Deadline = At(1) }, 0));
    }

    [Fact]
    public void Should_let_pass_who_fits_beside_the_head_when_room_for_it_is_on_its_way()
    {
        var lease = Resident("a", 60);
        Ask("head", 60);

        Assert.Equal(["small"], Grants(Ask("small", 40)));
        Assert.Equal(["head"], Grants(End(lease)));
    }

    [Fact]
    public void Should_let_nobody_pass_when_the_head_is_due_and_would_wait_longer_for_it()
    {
        var lease = Resident("a", 60);
        Ask("head", 70);

        Assert.Empty(Grants(Ask("small", 35, at: 10_000)));
        Assert.Equal(["head"], Grants(End(lease, at: 10_001)));
    }

    [Fact]
    public void Should_let_pass_who_takes_what_is_free_when_the_head_is_not_due()
    {
        var lease = Resident("a", 60);
        Ask("head", 70);

        Assert.Equal(["small"], Grants(Ask("small", 35, at: 9_999)));
        Assert.Equal(At(10_000), Ledger.NextWake);
        End(lease, at: 10_000);
        Assert.Empty(Grants(Ask("other", 20, at: 10_000)));
    }

    [Fact]
    public void Should_let_pass_who_needs_another_pool_when_the_head_lacks_none_of_it()
    {
        var device = MemoryPool.Device(0);
        Ledger = new MemoryLedger(OfHost(100) + PoolVector.Of(device, Bytes.MiB(50)), 1, Settings, new LeastRecentlyUsed());
        Busy("a", 60);
        Ask("head", 60);
        var onDevice = new LeaseVariant("gpu", new Footprint(PoolVector.Zero, PoolVector.Of(device, Bytes.MiB(30)), PoolVector.Zero, FootprintSource.Declared));

        Assert.Equal(["gpu"], Grants(Ledger.Request(Wants("gpu", onDevice), At(1))));
    }

    [Fact]
    public void Should_let_pass_with_a_smaller_variant_when_the_preferred_one_would_hold_up_the_head()
    {
        Resident("a", 60);
        Ask("head", 70);

        var grant = Assert.Single(Ledger.Request(Wants("b", Host(35, "large"), Host(30, "small")), At(10_000)).OfType<LedgerEffect.Grant>());

        Assert.Equal("small", grant.Lease.Variant);
    }

    [Fact]
    public void Should_serve_all_in_turn_when_many_wait()
    {
        var served = new List<string>();
        var lease = Resident("m0", 90);
        for (var i = 1; i <= 30; i++) Ask($"m{i}", 90, at: i);

        for (var i = 1; i <= 30; i++)
        {
            var granted = Assert.Single(End(lease, at: 100 + i).OfType<LedgerEffect.Grant>()).Lease;
            served.Add(granted.Model.Value);
            Ledger.ConfirmResident((lease = granted).Id, null, At(100 + i));
        }

        Assert.Equal(Enumerable.Range(1, 30).Select(i => $"m{i}"), served);
    }

    private int Queued(RequestLease request, int at)
    {
        Assert.Contains(new LedgerEffect.Queue(request.Request), Ledger.Request(request, At(at)));
        return Ledger.PendingCount;
    }
}
