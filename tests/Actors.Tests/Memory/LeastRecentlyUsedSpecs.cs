using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

public sealed class LeastRecentlyUsedSpecs
{
    private readonly LeastRecentlyUsed _policy = new();

    [Fact]
    public void Should_take_idle_models_first_when_busy_ones_were_used_longer_ago() =>
        Assert.Equal(["idle"], Victims(10, Model("busy", 10, demand: 2, lastUsed: 1), Model("idle", 10, demand: 0, lastUsed: 9)));

    [Fact]
    public void Should_take_the_one_without_work_the_longest_when_all_are_idle() =>
        Assert.Equal(["old"], Victims(10, Model("new", 10, lastUsed: 9), Model("old", 10, lastUsed: 1)));

    [Fact]
    public void Should_stop_choosing_when_enough_becomes_free() =>
        Assert.Equal(["a", "b"], Victims(15, Model("a", 10, lastUsed: 1), Model("b", 10, lastUsed: 2), Model("c", 10, lastUsed: 3)));

    [Fact]
    public void Should_take_none_when_all_together_do_not_suffice() =>
        Assert.Empty(Victims(25, Model("a", 10), Model("b", 10)));

    [Fact]
    public void Should_spare_a_model_when_it_frees_nothing_in_the_pool_that_is_short()
    {
        var device = MemoryPool.Device(0);
        var host = Model("host", 50, lastUsed: 1);
        var gpu = new Residency(new LeaseId(1, 2), new ModelId("gpu"), PoolVector.Of(device, Bytes.MiB(5)), 0, 0, TimeSpan.FromSeconds(2));

        List<LeaseId> victims = [];
        Assert.True(_policy.TryChoose(PoolVector.Of(device, Bytes.MiB(5)), [host, gpu], TimeSpan.Zero, victims));

        Assert.Equal([gpu.Lease], victims);
    }

    private static long _leases;

    private static Residency Model(string name, double mebibytes, int demand = 0, int lastUsed = 0) => new(
        new LeaseId(1, Interlocked.Increment(ref _leases)), new ModelId(name), PoolVector.OfHost(Bytes.MiB(mebibytes)), demand, 0, TimeSpan.FromSeconds(lastUsed));

    private IEnumerable<string> Victims(double missing, params Residency[] candidates)
    {
        List<LeaseId> victims = [];
        Assert.Equal(_policy.TryChoose(PoolVector.OfHost(Bytes.MiB(missing)), candidates, TimeSpan.Zero, victims), victims.Count > 0);
        return victims.Select(v => candidates.Single(c => c.Lease == v).Model.Value);
    }
}
