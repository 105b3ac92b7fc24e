using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

public sealed class MappedWeightsSpecs
{
    private static readonly MappedWeights Weights = new(Bytes.MiB(2), new CommonBytes("w", PoolVector.OfHost(Bytes.MiB(6))));

    [Fact]
    public void Should_stand_as_it_is_when_it_is_declared()
    {
        var declared = Footprint.Declared(Bytes.MiB(20), Bytes.MiB(10), Bytes.MiB(1));

        Assert.Equal(new LeaseVariant("v", declared), Weights.Charge("v", declared));
    }

    [Fact]
    public void Should_add_its_own_when_anonymous_memory_was_measured()
    {
        var variant = Weights.Charge("v", Of(20, 10, FootprintSource.Measured));

        Assert.Equal((Host(22), Host(12), Host(1)), (variant.Footprint.Load, variant.Footprint.Resident, variant.Footprint.Run));
        Assert.Equal((Bytes.MiB(2), Weights.Shared, PoolVector.Zero), (variant.Mapped, variant.Shared, variant.Footprint.Build));
    }

    [Fact]
    public void Should_take_the_shared_ones_out_when_the_file_was_estimated_as_a_whole()
    {
        var variant = Weights.Charge("v", Of(20, 10, FootprintSource.Estimated));

        Assert.Equal((Host(14), Host(4)), (variant.Footprint.Load, variant.Footprint.Resident));
        Assert.Equal((Bytes.MiB(2), Weights.Shared), (variant.Mapped, variant.Shared));
    }

    [Fact]
    public void Should_never_be_less_than_nothing_when_an_estimate_was_cut()
    {
        var variant = Weights.Charge("v", Of(5, 3, FootprintSource.Estimated));

        Assert.Equal((PoolVector.Zero, PoolVector.Zero, Bytes.Zero), (variant.Footprint.Load, variant.Footprint.Resident, variant.Mapped));
    }

    private static Footprint Of(double load, double resident, FootprintSource source) => new(Host(load), Host(resident), Host(1), source);

    private static PoolVector Host(double mebibytes) => PoolVector.OfHost(Bytes.MiB(mebibytes));
}
