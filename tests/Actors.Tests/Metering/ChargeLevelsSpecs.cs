using ActorPipeline.Memory;

namespace ActorPipeline.Metering;

public class ChargeLevelsSpecs
{
    private readonly ChargeLevels _levels = new();

    [Fact]
    public void Should_let_the_old_kind_end_when_a_lease_becomes_resident()
    {
        var loading = new Charge("detector", ChargeKind.Load, PoolVector.OfHost(Bytes.MiB(40))) { Lease = new LeaseId(1, 1) };
        Assert.Equal([new ChargeLevel("detector", ChargeKind.Load, MemoryPool.Host, Bytes.MiB(40))], _levels.Apply(loading));

        var changed = _levels.Apply(loading with { Kind = ChargeKind.Resident, Bytes = PoolVector.OfHost(Bytes.MiB(24)) });

        Assert.Equal(
            [new ChargeLevel("detector", ChargeKind.Load, MemoryPool.Host, Bytes.Zero), new ChargeLevel("detector", ChargeKind.Resident, MemoryPool.Host, Bytes.MiB(24))],
            changed.OrderBy(c => c.Kind));
    }

    [Fact]
    public void Should_add_leases_of_one_account_up_and_keep_memories_apart()
    {
        var device = MemoryPool.Device(0);
        _levels.Apply(new Charge("detector", ChargeKind.Resident, PoolVector.OfHost(Bytes.MiB(10))) { Lease = new LeaseId(1, 1) });

        var changed = _levels.Apply(new Charge("detector", ChargeKind.Resident, PoolVector.OfHost(Bytes.MiB(5)) + PoolVector.Of(device, Bytes.MiB(7))) { Lease = new LeaseId(1, 2) });

        Assert.Equal(
            [new ChargeLevel("detector", ChargeKind.Resident, device, Bytes.MiB(7)), new ChargeLevel("detector", ChargeKind.Resident, MemoryPool.Host, Bytes.MiB(15))],
            changed.OrderBy(c => c.Pool));
    }

    [Fact]
    public void Should_say_nothing_when_nothing_differs()
    {
        var charge = new Charge("street", ChargeKind.Pool, PoolVector.OfHost(Bytes.MiB(3)));
        _levels.Apply(charge);

        Assert.Empty(_levels.Apply(charge));
    }

    [Fact]
    public void Should_be_zero_everywhere_when_a_new_supervisor_begins()
    {
        _levels.Apply(new Charge("street", ChargeKind.Pool, PoolVector.OfHost(Bytes.MiB(3))));

        Assert.Equal([new ChargeLevel("street", ChargeKind.Pool, MemoryPool.Host, Bytes.Zero)], _levels.Clear());
        Assert.Empty(_levels.Clear());
    }
}
