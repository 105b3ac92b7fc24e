using ActorPipeline.Catalog;
using FsCheck.Xunit;

namespace ActorPipeline.Memory;

public sealed class CostAwareProperties
{
    [Property(MaxTest = 200, EndSize = 60)]
    public void Should_choose_a_sufficient_set_of_distinct_candidates_whenever_there_is_one((byte Host, byte Device, byte Reload, byte Age)[] models, byte host, byte device)
    {
        var candidates = models.Select((m, i) => new Residency(
            new LeaseId(1, i + 1), new ModelId($"m{i}"), Both(m.Host, m.Device), m.Age % 3, 0, TimeSpan.FromSeconds(m.Age)) { ReloadTime = TimeSpan.FromMilliseconds(m.Reload) }).ToArray();
        var missing = Both(host, device);

        List<LeaseId> victims = [];
        var found = new CostAware().TryChoose(missing, candidates, TimeSpan.FromSeconds(300), victims);

        Assert.Equal(missing.FitsIn(candidates.Aggregate(PoolVector.Zero, (sum, c) => sum + c.Bytes)), found);
        if (!found)
        {
            Assert.Empty(victims);
            return;
        }
        Assert.Equal(victims.Distinct().Count(), victims.Count);
        var chosen = candidates.Where(c => victims.Contains(c.Lease)).Select(c => c.Bytes).ToArray();
        Assert.True(missing.FitsIn(chosen.Aggregate(PoolVector.Zero, (sum, b) => sum + b)));
    }

    private static PoolVector Both(byte host, byte device) => PoolVector.OfHost(Bytes.MiB(host)) + PoolVector.Of(MemoryPool.Device(0), Bytes.MiB(device / 4.0));
}
