using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

public sealed class CostAwareSpecs
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(1000);
    private static readonly MemoryPool Device = MemoryPool.Device(0);

    private readonly CostAware _policy = new();

    [Fact]
    public void Should_take_what_loads_fastest_when_all_else_is_alike() =>
        Assert.Equal(["fast"], Victims(10, Model("slow", 10) with { ReloadTime = Ms(900) }, Model("fast", 10) with { ReloadTime = Ms(100) }));

    [Fact]
    public void Should_take_what_is_wanted_last_when_all_else_is_alike() =>
        Assert.Equal(["seldom"], Victims(10, Model("often", 10) with { MeanInterval = Ms(500) }, Model("seldom", 10) with { MeanInterval = Ms(60_000) }));

    [Fact]
    public void Should_spare_a_model_when_work_waits_for_it_or_is_foreseen() =>
        Assert.Equal(["idle"], Victims(10,
            Model("queued", 10, queued: 1) with { ReloadTime = Ms(60) },
            Model("foreseen", 10, foreseen: 1) with { ReloadTime = Ms(60) },
            Model("idle", 10) with { ReloadTime = Ms(5000) }));

    [Fact]
    public void Should_take_one_that_has_gone_to_sleep_when_another_is_not_yet_due() =>
        Assert.Equal(["asleep"], Victims(10,
            Model("asleep", 10, idleMs: 10_000) with { MeanInterval = Ms(500) },
            Model("steady", 10, idleMs: 3_000) with { MeanInterval = Ms(6_000) }));

    [Fact]
    public void Should_spare_the_one_whose_work_is_due_when_both_have_work() =>
        Assert.Equal(["later"], Victims(10,
            Model("due", 10, queued: 1) with { Deadline = Now + Ms(50) },
            Model("later", 10, queued: 1) with { Deadline = Now + Ms(60_000) }));

    [Fact]
    public void Should_spare_the_one_of_higher_priority_when_all_else_is_alike() =>
        Assert.Equal(["low"], Victims(10, Model("high", 10) with { Priority = 1 }, Model("low", 10)));

    [Fact]
    public void Should_take_one_that_suffices_when_small_ones_together_are_dearer() =>
        Assert.Equal(["large"], Victims(30, [.. Enumerable.Range(0, 20).Select(i => Model($"small{i}", 2) with { ReloadTime = Ms(200) }), Model("large", 40) with { ReloadTime = Ms(400) }]));

    [Fact]
    public void Should_take_no_more_than_it_takes_when_many_are_candidates()
    {
        var candidates = Enumerable.Range(0, 40).Select(i => Model($"m{i}", 3 + (i % 7)) with { ReloadTime = Ms(100 + (37 * i % 400)) }).ToArray();

        var victims = Victims(25, candidates).ToHashSet();

        var bytes = candidates.Where(c => victims.Contains(c.Model.Value)).Select(c => c.Bytes.Total.Count).ToArray();
        Assert.True(bytes.Sum() - bytes.Min() < Bytes.MiB(25).Count, "one of them is superfluous");
    }

    [Fact]
    public void Should_cover_every_pool_when_several_are_short()
    {
        var both = Model("both", 10) with { Bytes = Host(10) + PoolVector.Of(Device, Bytes.MiB(10)), ReloadTime = Ms(300) };
        var host = Model("host", 10) with { ReloadTime = Ms(200) };
        var device = Model("device", 0) with { Bytes = PoolVector.Of(Device, Bytes.MiB(10)), ReloadTime = Ms(200) };

        Assert.Equal(["both"], Victims(Host(10) + PoolVector.Of(Device, Bytes.MiB(10)), both, host, device));
        Assert.Equal(["device"], Victims(PoolVector.Of(Device, Bytes.MiB(10)), both, host, device));
    }

    [Fact]
    public void Should_take_none_when_all_together_do_not_suffice() => Assert.Empty(Victims(25, Model("a", 10), Model("b", 10)));

    [Fact]
    public void Should_choose_alike_when_candidates_come_in_another_order()
    {
        var candidates = Enumerable.Range(0, 30).Select(i => Model($"m{i}", 5)).ToArray();

        Assert.Equal(Victims(12, candidates).Order(), Victims(12, [.. candidates.Reverse()]).Order());
        Assert.Equal(Victims(12, candidates[..8]).Order(), Victims(12, [.. candidates[..8].Reverse()]).Order());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(1000)]
    public void Should_allocate_nothing_when_it_chooses(int count)
    {
        var candidates = Enumerable.Range(0, count).Select(i => Model($"m{i}", 5 + (i % 9))).ToArray();
        var victims = new List<LeaseId>(count);
        for (var i = 0; i < 3; i++) Assert.True(_policy.TryChoose(Host(30), candidates, Now, victims));

        // The enumerator of the pools that are short; nothing for a candidate. A collection that another thread began counts what was left of this thread's
        // room as allocated, up to 8 KiB: so the least of several.
        Assert.InRange(Enumerable.Range(0, 5).Min(_ => Allocated()), 0, 512);

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            victims.Clear();
            _policy.TryChoose(Host(30), candidates, Now, victims);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static long _leases;

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static PoolVector Host(double mebibytes) => PoolVector.OfHost(Bytes.MiB(mebibytes));

    private static Residency Model(string name, double mebibytes, int queued = 0, int foreseen = 0, double idleMs = 2000) =>
        new(new LeaseId(1, Interlocked.Increment(ref _leases)), new ModelId(name), Host(mebibytes), queued, foreseen, Now - Ms(idleMs))
        {
            ReloadTime = Ms(300),
            MeanInterval = Ms(5000),
        };

    private IEnumerable<string> Victims(double missing, params Residency[] candidates) => Victims(Host(missing), candidates);

    private IEnumerable<string> Victims(PoolVector missing, params Residency[] candidates)
    {
        List<LeaseId> victims = [];
        Assert.Equal(_policy.TryChoose(missing, candidates, Now, victims), victims.Count > 0);
        return victims.Select(v => candidates.Single(c => c.Lease == v).Model.Value);
    }
}
