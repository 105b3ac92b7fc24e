using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Scenarios;

/// <summary>A classifier whose batches were measured to be worth it.</summary>
public sealed class BatchScenarioSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(200, 50)] // 10 resident, and 40 for four at once on two lanes
    [InlineData(55, 30)] // the detector has 20: there is room for two at once
    [InlineData(45, 20)] // for one alone
    [InlineData(40, 30)] // beside the buffers they do not fit together anyhow
    public void Should_lease_what_the_largest_batch_needs_that_leaves_the_detector_its_room(double budget, double lease)
    {
        Declare(Cards.Detector, 20);
        Runtime.Add(Declare(Cards.Classifier, 10) with { Batch = 8 });
        Footprints = new Store(new FootprintRecord
        {
            Measured = true, Load = Bytes.MiB(10), Resident = Bytes.MiB(10), Run = new Dictionary<int, Bytes> { [2] = Bytes.MiB(10) },
            Batches = new BatchTable(new Dictionary<int, BatchCost>
            {
                [1] = Cost(4, 10), [2] = Cost(3, 20), [4] = Cost(2, 40), [8] = Cost(1.9, 80),
            }),
        });
        Add("street", new NumberedFrameSource(5, 16, 16));
        Start(budget, models: [Cards.Detector, Cards.Classifier]);
        var run = End(Step);

        Assert.Empty(run.Failures);
        var leases = Seen<LedgerChanged>().Where(c => c.Change.Lease is not null && c.Change.Account == "classifier" && c.Change.Bytes[MemoryPool.Host] > Bytes.Zero).ToArray();
        Assert.All(leases, l => Assert.Equal(Bytes.MiB(lease), l.Change.Bytes[MemoryPool.Host]));
        Assert.NotEmpty(leases);
        AssertSound(run);
    }

    private static BatchCost Cost(double milliseconds, double mebibytes) => new(TimeSpan.FromMilliseconds(milliseconds), new Dictionary<int, Bytes> { [2] = Bytes.MiB(mebibytes) });

    /// <summary>Has a record of the classifier alone, and learns nothing.</summary>
    private sealed class Store(FootprintRecord record) : IFootprintStore
    {
        public FootprintRecord? Find(FootprintKey key) => key.ModelHash == "synthetic-classifier" ? record : null;

        public void Add(FootprintKey key, FootprintRecord added)
        {
        }

        public void Observe(FootprintKey key, FootprintObservation observation)
        {
        }

        public bool Flush() => true;
    }
}
