using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A ledger of 100 MiB in the host and 256 MiB on a device.</summary>
public sealed class DevicePoolSpecs : MemoryLedgerKit
{
    private static readonly MemoryPool Device = MemoryPool.Device(0);

    public DevicePoolSpecs() => Ledger = new MemoryLedger((Settings with { DeviceBudget = Bytes.MiB(256) }).Pools, lanes: 2, Settings, new LeastRecentlyUsed());

    private static Footprint Needs(double host, double device, double run = 0) =>
        Footprint.Declared(Bytes.MiB(host), Bytes.MiB(host), Bytes.MiB(run)).Beside(Footprint.Declared(Bytes.MiB(device), Bytes.MiB(device), Bytes.Zero, Device));

    private static LeaseVariant On(Footprint footprint) => new("default", footprint);

    [Fact]
    public void Should_deny_with_both_numbers_when_the_device_has_too_little()
    {
        var deny = Denied(Ledger.Request(Wants("a", On(Needs(10, 300))), At(0)));

        Assert.Equal(DenialReason.NeverFits, deny.Reason);
        Assert.Contains("device:0 300.0 MiB", deny.Explanation);
        Assert.Contains("device:0 256.0 MiB", deny.Explanation);
    }

    [Fact]
    public void Should_have_only_those_yield_that_hold_the_pool_which_lacks()
    {
        var device = Resident(Wants("device", On(Needs(10, 200))));
        Resident("host", 60);

        Assert.Equal(["device"], Yields(Ledger.Request(Wants("new", On(Needs(10, 100))), At(1))));
        Assert.Equal(["new"], Grants(End(device, 2)));
    }

    [Fact]
    public void Should_count_everything_in_the_host_when_memory_is_shared()
    {
        var ledger = new MemoryLedger((Settings with { DeviceBudget = Bytes.MiB(256) }).WithDevice(Bytes.Zero).Pools, lanes: 2, Settings, new LeastRecentlyUsed());

        Assert.Contains("needs host 110.0 MiB", Denied(ledger.Request(Wants("a", On(Needs(10, 100).OnHost())), At(0))).Explanation);
        Assert.Equal(OfHost(60), ledger.Request(Wants("b", On(Needs(20, 40).OnHost())), At(0)).OfType<LedgerEffect.Grant>().Single().Lease.Bytes);
    }

    [Fact]
    public void Should_keep_the_devices_part_charged_when_the_process_was_measured_without_it()
    {
        var first = Granted("warm", 1);
        Ledger.ConfirmResident(first.Id, null, At(0));
        End(Now(first));
        var shared = Granted(Wants("shared", On(Needs(20, 40, run: 5).OnHost())));

        Ledger.ConfirmResident(shared.Id, Measured(12), At(1));

        Assert.Equal(OfHost(12 + 40 + (2 * 5)), Now(shared).Bytes);
        Assert.Equal(OfHost(40), Ledger.Unseen);
    }

    [Fact]
    public void Should_say_what_no_reading_of_the_process_shows_when_a_device_has_its_own()
    {
        Resident(Wants("a", On(Needs(20, 40))));

        Assert.Equal(PoolVector.Of(Device, Bytes.MiB(40)), Ledger.Unseen);
    }
}
