using ActorPipeline.Catalog;

namespace ActorPipeline;

public sealed class FootprintSpecs
{
    private static Footprint Of(FootprintSource source) =>
        new(PoolVector.OfHost(Bytes.MiB(30)), PoolVector.OfHost(Bytes.MiB(20)), PoolVector.OfHost(Bytes.MiB(16)), source);

    [Fact]
    public void Should_cover_the_larger_of_load_and_running_lanes_when_a_lease_is_asked_for()
    {
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(52)), Of(FootprintSource.Declared).LoadLease(2));
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(36)), Of(FootprintSource.Declared).LoadLease(1));
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(30)), Footprint.Declared(Bytes.MiB(30), Bytes.MiB(10), Bytes.MiB(2)).LoadLease(2));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(25)]
    [InlineData(10)]
    public void Should_fit_the_room_when_it_is_a_mere_estimate(int room)
    {
        var fitted = Of(FootprintSource.Estimated).WithinRoom(Bytes.MiB(room), lanes: 2);
        Assert.True(fitted.LoadLease(2).FitsIn(PoolVector.OfHost(Bytes.MiB(room))));
    }

    [Theory]
    [InlineData(FootprintSource.Declared, 10)]
    [InlineData(FootprintSource.Measured, 10)]
    [InlineData(FootprintSource.Estimated, 52)]
    public void Should_stay_as_it_is_when_it_is_known_or_fits(FootprintSource source, int room) =>
        Assert.Equal(Of(source), Of(source).WithinRoom(Bytes.MiB(room), lanes: 2));

    [Fact]
    public void Should_cover_no_batch_any_more_when_its_run_is_cut_short()
    {
        var batched = Of(FootprintSource.Estimated) with { Batch = 8 };
        Assert.Equal((8, 1), (batched.WithinRoom(Bytes.MiB(60), 2).Batch, batched.WithinRoom(Bytes.MiB(40), 2).Batch));
        Assert.Equal((8, 8), (batched.OnHost().Batch, batched.Beside(Of(FootprintSource.Estimated)).Batch));
    }
}
