using ActorPipeline.Catalog;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>One rule of the ledger each; what holds over any order of events is in <see cref="MemoryLedgerProperties"/>.</summary>
public sealed class MemoryLedgerSpecs
{
    private static readonly MemorySettings Settings = new() { Budget = Bytes.MiB(100), FirstQuantum = At(500), QuantumSwaps = 10 };

    private readonly MemoryLedger _ledger = new(PoolVector.OfHost(Settings.Budget), lanes: 2, Settings, new LeastRecentlyUsed());

    [Fact]
    public void Should_grant_at_once_when_it_fits()
    {
        var effect = Assert.Single(_ledger.Request(Request(1, "a", Host(60)), At(0)));

        var grant = Assert.IsType<LedgerEffect.Grant>(effect);
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(60)), grant.Lease.Bytes);
        Assert.Equal(LeasePhase.Load, grant.Lease.Phase);
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(60)), _ledger.Charged);
    }

    [Fact]
    public void Should_charge_the_larger_of_load_peak_and_all_lanes_running_when_granted()
    {
        var runs = new LeaseVariant("runs", Footprint.Declared(load: Bytes.MiB(30), resident: Bytes.MiB(20), run: Bytes.MiB(7)));
        var loads = new LeaseVariant("loads", Footprint.Declared(load: Bytes.MiB(50), resident: Bytes.MiB(20), run: Bytes.MiB(7)));

        Assert.Equal(Bytes.MiB(34), Granted(Request(1, "runs", runs)).Bytes.Total);
        Assert.Equal(Bytes.MiB(50), Granted(Request(2, "loads", loads)).Bytes.Total);
    }

    [Fact]
    public void Should_deny_with_both_numbers_when_it_never_fits()
    {
        _ledger.TryChargePool("street", PoolVector.OfHost(Bytes.MiB(10)));

        var deny = Assert.IsType<LedgerEffect.Deny>(Assert.Single(_ledger.Request(Request(1, "a", Host(95)), At(0))));

        Assert.Equal(DenialReason.NeverFits, deny.Reason);
        Assert.Contains("95.0 MiB", deny.Explanation);
        Assert.Contains("100.0 MiB", deny.Explanation);
        Assert.Contains("10.0 MiB", deny.Explanation);
        Assert.Equal(0, _ledger.PendingCount);
    }

    [Fact]
    public void Should_take_the_first_that_fits_when_variants_are_offered()
    {
        Granted(Request(1, "a", Host(60)));

        Assert.Equal("small", Granted(Request(2, "b", Host(80, "big"), Host(40, "small"))).Variant);
    }

    [Fact]
    public void Should_make_room_for_the_second_variant_when_the_first_never_fits()
    {
        var idle = Resident(Request(1, "a", Host(90)));

        var effects = _ledger.Request(Request(2, "b", Host(200, "big"), Host(50, "small")), At(1));

        Assert.Contains(effects, e => e is LedgerEffect.Yield y && y.Lease.Id == idle.Id);
        _ledger.Release(idle.Id, At(2));
        var granted = _ledger.Verified(idle.Id, At(3)).OfType<LedgerEffect.Grant>().Single();
        Assert.Equal("small", granted.Lease.Variant);
    }

    [Fact]
    public void Should_ask_an_idle_model_to_yield_at_once_when_another_waits()
    {
        var idle = Resident(Request(1, "a", Host(60)));

        var effects = _ledger.Request(Request(2, "b", Host(60)), At(0));

        Assert.Equal(idle.Id, effects.OfType<LedgerEffect.Yield>().Single().Lease.Id);
        Assert.Contains(new LedgerEffect.Queue(new RequestId(1, 2)), effects);
    }

    [Fact]
    public void Should_leave_a_busy_model_alone_when_its_turn_is_not_over()
    {
        _ledger.ReportDemand(Demand("a", 3), At(0));
        Resident(Request(1, "a", Host(60)));

        Assert.DoesNotContain(_ledger.Request(Request(2, "b", Host(60)), At(100)), e => e is LedgerEffect.Yield);
        Assert.Equal(At(500), _ledger.NextWake);
        Assert.Empty(_ledger.Wake(At(499)));
        Assert.IsType<LedgerEffect.Yield>(Assert.Single(_ledger.Wake(At(500))));
    }

    [Fact]
    public void Should_wait_in_proportion_to_the_victims_load_when_another_model_still_works()
    {
        var lease = Granted(Request(1, "a", Host(60)));
        _ledger.ConfirmResident(lease.Id, null, At(100));
        _ledger.ReportDemand(Demand("busy", 1), At(100));
        var busy = _ledger.Request(Request(2, "busy", Host(30)), At(100)).OfType<LedgerEffect.Grant>().Single().Lease;
        _ledger.ConfirmResident(busy.Id, null, At(150));

        Assert.DoesNotContain(_ledger.Request(Request(3, "b", Host(60)), At(200)), e => e is LedgerEffect.Yield);
        // Twelve loads of the victim would be until 1400; the other's turn is over before.
        Assert.Equal(At(650), _ledger.NextWake);
        Assert.Equal(lease.Id, Assert.IsType<LedgerEffect.Yield>(Assert.Single(_ledger.ReportDemand(Demand("busy", 0), At(300)))).Lease.Id);
    }

    [Fact]
    public void Should_ask_for_no_wake_when_nobody_waits()
    {
        _ledger.ReportDemand(Demand("a", 3), At(0));
        Resident(Request(1, "a", Host(60)));

        Assert.Null(_ledger.NextWake);
    }

    [Fact]
    public void Should_ask_a_model_to_yield_the_moment_its_work_ends_when_another_waits()
    {
        _ledger.ReportDemand(Demand("a", 1), At(0));
        Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(1));

        Assert.IsType<LedgerEffect.Yield>(Assert.Single(_ledger.ReportDemand(Demand("a", 0), At(2))));
    }

    [Fact]
    public void Should_ask_to_yield_only_once_when_others_keep_asking()
    {
        Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(0));

        Assert.DoesNotContain(_ledger.Request(Request(3, "c", Host(60)), At(1)), e => e is LedgerEffect.Yield);
        Assert.Empty(_ledger.Wake(At(2)));
    }

    [Fact]
    public void Should_not_ask_a_model_that_loads_when_another_waits()
    {
        var loading = Granted(Request(1, "a", Host(60)));

        Assert.DoesNotContain(_ledger.Request(Request(2, "b", Host(60)), At(0)), e => e is LedgerEffect.Yield);
        Assert.IsType<LedgerEffect.Yield>(Assert.Single(_ledger.ConfirmResident(loading.Id, null, At(1))));
    }

    [Fact]
    public void Should_keep_bytes_charged_when_a_release_is_not_verified()
    {
        var lease = Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(0));

        Assert.IsType<LedgerEffect.Verify>(Assert.Single(_ledger.Release(lease.Id, At(1))));
        Assert.Equal(Bytes.MiB(60), _ledger.Charged.Total);
        Assert.Equal(1, _ledger.PendingCount);

        var effects = _ledger.Verified(lease.Id, At(2));
        Assert.Collection(effects, e => Assert.IsType<LedgerEffect.End>(e), e => Assert.IsType<LedgerEffect.Grant>(e));
    }

    [Fact]
    public void Should_do_nothing_when_a_lease_is_released_or_verified_twice()
    {
        var lease = Resident(Request(1, "a", Host(60)));

        _ledger.Release(lease.Id, At(1));
        Assert.Empty(_ledger.Release(lease.Id, At(2)));
        _ledger.Verified(lease.Id, At(3));
        Assert.Empty(_ledger.Verified(lease.Id, At(4)));
        Assert.Equal(PoolVector.Zero, _ledger.Charged);
    }

    [Fact]
    public void Should_keep_the_lease_when_a_verification_comes_that_nobody_waits_for()
    {
        var lease = Resident(Request(1, "a", Host(60)));

        Assert.Empty(_ledger.Verified(lease.Id, At(1)));
        Assert.Equal(1, _ledger.LeaseCount);
    }

    [Fact]
    public void Should_change_nothing_when_a_request_is_heard_again()
    {
        var lease = Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(0));

        Assert.Empty(_ledger.Request(Request(1, "a", Host(60)), At(1)));
        Assert.DoesNotContain(_ledger.Request(Request(2, "b", Host(60)), At(1)), e => e is not LedgerEffect.Queue);
        Assert.Equal((1, 1), (_ledger.LeaseCount, _ledger.PendingCount));

        _ledger.Release(lease.Id, At(2));
        _ledger.Verified(lease.Id, At(3));
        Assert.Empty(_ledger.Request(Request(1, "a", Host(10)), At(4)));
        Assert.Equal(1, _ledger.LeaseCount);
    }

    [Fact]
    public void Should_say_so_when_a_waiting_request_is_withdrawn_and_nothing_when_it_was_granted()
    {
        Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(0));

        Assert.Equal(new LedgerEffect.Withdrawn(new RequestId(1, 2)), Assert.Single(_ledger.Withdraw(new RequestId(1, 2), At(1))));
        Assert.Empty(_ledger.Withdraw(new RequestId(1, 2), At(1)));
        Assert.Empty(_ledger.Withdraw(new RequestId(1, 1), At(1)));
        Assert.Equal(1, _ledger.LeaseCount);
    }

    [Fact]
    public void Should_serve_the_higher_priority_first_and_let_pass_only_who_does_not_hold_up_the_head()
    {
        var lease = Resident(Request(1, "a", Host(90)));
        _ledger.Request(Request(2, "low", Host(60)), At(0));
        _ledger.Request(Request(3, "high", Host(60)) with { Priority = 1 }, At(1));
        _ledger.Request(Request(4, "wide", Host(45)), At(2));
        Assert.Equal("small", Assert.Single(_ledger.Request(Request(5, "small", Host(5)), At(2)).OfType<LedgerEffect.Grant>()).Lease.Model.Value);

        _ledger.Release(lease.Id, At(3));
        var granted = _ledger.Verified(lease.Id, At(4)).OfType<LedgerEffect.Grant>().Select(g => g.Lease.Model.Value);

        Assert.Equal(["high"], granted);
        Assert.Equal(2, _ledger.PendingCount);
    }

    [Fact]
    public void Should_deny_at_once_what_never_fits_when_it_stands_behind_the_head()
    {
        Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(0));

        var deny = Assert.IsType<LedgerEffect.Deny>(Assert.Single(_ledger.Request(Request(3, "huge", Host(101)), At(1))));
        Assert.Equal(new ModelId("huge"), deny.Request.Model);
    }

    [Fact]
    public void Should_never_free_and_deny_with_recycle_when_a_lease_is_stuck()
    {
        var lease = Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(0));

        var effects = _ledger.MarkStuck(lease.Id, At(1));

        Assert.Equal(DenialReason.Recycle, effects.OfType<LedgerEffect.Deny>().Single().Reason);
        Assert.Empty(_ledger.Release(lease.Id, At(2)));
        Assert.Empty(_ledger.Verified(lease.Id, At(3)));
        Assert.Empty(_ledger.MarkStuck(lease.Id, At(3)));
        Assert.Equal(Bytes.MiB(60), _ledger.Charged.Total);
        Assert.Equal(Bytes.MiB(40), Granted(Request(3, "c", Host(40))).Bytes.Total);
    }

    [Fact]
    public void Should_set_the_turn_by_the_last_swap_when_one_was_measured()
    {
        Assert.Equal(At(500), _ledger.Quantum);
        var first = Resident(Request(1, "a", Host(60)));
        _ledger.Request(Request(2, "b", Host(60)), At(100));
        _ledger.Release(first.Id, At(110));
        var second = _ledger.Verified(first.Id, At(120)).OfType<LedgerEffect.Grant>().Single().Lease;

        _ledger.ConfirmResident(second.Id, null, At(140));

        Assert.Equal(At(40), _ledger.LastSwap);
        Assert.Equal(At(400), _ledger.Quantum);
    }

    [Fact]
    public void Should_refuse_buffers_when_they_do_not_fit_beside_what_is_charged()
    {
        Assert.True(_ledger.TryChargePool("street", PoolVector.OfHost(Bytes.MiB(60))));
        Assert.False(_ledger.TryChargePool("yard", PoolVector.OfHost(Bytes.MiB(60))));
        Assert.True(_ledger.TryChargePool("street", PoolVector.OfHost(Bytes.MiB(30))));
        Assert.Equal(Bytes.MiB(30), _ledger.Charged.Total);
    }

    [Fact]
    public void Should_serve_who_waits_when_buffers_are_freed()
    {
        _ledger.TryChargePool("street", PoolVector.OfHost(Bytes.MiB(30)));
        Granted(Request(1, "a", Host(50)));
        _ledger.Request(Request(2, "b", Host(40)), At(0));

        Assert.IsType<LedgerEffect.Grant>(Assert.Single(_ledger.ReleasePool("street", At(1))));
    }

    [Fact]
    public void Should_look_at_every_pool_when_it_grants()
    {
        var device = MemoryPool.Device(0);
        var ledger = new MemoryLedger(PoolVector.OfHost(Bytes.MiB(100)) + PoolVector.Of(device, Bytes.MiB(50)), 1, Settings, new LeastRecentlyUsed());
        var onDevice = new LeaseVariant("gpu", new Footprint(PoolVector.Zero, PoolVector.Of(device, Bytes.MiB(30)), PoolVector.Zero, FootprintSource.Declared));

        Assert.IsType<LedgerEffect.Grant>(Assert.Single(ledger.Request(Request(1, "a", onDevice), At(0))));
        Assert.IsType<LedgerEffect.Queue>(Assert.Single(ledger.Request(Request(2, "b", onDevice), At(0))));
        Assert.Equal(Bytes.Zero, ledger.Charged[MemoryPool.Host]);
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private Lease Granted(RequestLease request) => _ledger.Request(request, At(0)).OfType<LedgerEffect.Grant>().Single().Lease;

    private Lease Resident(RequestLease request)
    {
        var lease = Granted(request);
        _ledger.ConfirmResident(lease.Id, null, At(0));
        return lease;
    }
}
