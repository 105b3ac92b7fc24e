using FsCheck.Xunit;

namespace ActorPipeline.Memory;

public sealed class PoolVectorSpecs
{
    private static readonly MemoryPool Device = MemoryPool.Device(0);

    [Property]
    public void Should_come_back_to_the_start_when_added_and_taken_away(int host, int device, int host2, int device2)
    {
        var (a, b) = (Of(host, device), Of(host2, device2));

        Assert.Equal(a, a + b - b);
        Assert.Equal(a + b, b + a);
        Assert.Equal((a + b).GetHashCode(), (b + a).GetHashCode());
        Assert.Equal((long)host + host2 + device + device2, (a + b).Total.Count);
    }

    [Property]
    public void Should_fit_exactly_when_every_pool_fits(int host, int device, int host2, int device2) =>
        Assert.Equal(
            (host == 0 || host <= host2) && (device == 0 || device <= device2),
            Of(host, device).FitsIn(Of(host2, device2)));

    [Property]
    public void Should_hold_both_when_the_larger_is_taken(ushort host, ushort device, ushort host2, ushort device2)
    {
        var larger = PoolVector.Max(Of(host, device), Of(host2, device2));

        Assert.True(Of(host, device).FitsIn(larger) && Of(host2, device2).FitsIn(larger));
        Assert.Equal(Math.Max(device, device2), larger[Device].Count);
    }

    [Fact]
    public void Should_equal_nothing_at_all_when_every_pool_holds_zero()
    {
        Assert.Equal(PoolVector.Zero, Of(5, 7) - Of(5, 7));
        Assert.Empty(Of(0, 0));
    }

    private static PoolVector Of(int host, int device) => PoolVector.OfHost(new Bytes(host)) + PoolVector.Of(Device, new Bytes(device));
}
