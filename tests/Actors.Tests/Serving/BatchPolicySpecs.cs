using ActorPipeline.Catalog;

namespace ActorPipeline.Serving;

public sealed class BatchPolicySpecs
{
    // For each crop 8, 5, 3, 2 ms, so that runs of 1, 2, 4, 8 take 8, 10, 12, 16.
    private static readonly BatchTable Gpu = Table(8, 5, 3, 2);

    // Eight save 3 %, as on a processor.
    private static readonly BatchTable Cpu = Table(3.6, 3.55, 3.52, 3.49);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(7, 4)]
    [InlineData(8, 8)]
    [InlineData(100, 8)]
    public void Should_take_as_many_as_there_are_when_batches_are_worth_it(int waiting, int crops) => Assert.Equal(crops, new BatchPolicy(Gpu, 8).Next(waiting));

    [Fact]
    public void Should_take_one_when_batches_were_not_found_to_be_worth_it() => Assert.Equal(1, new BatchPolicy(Cpu, 8).Next(100));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 4)]
    public void Should_take_no_more_than_memory_was_granted_for(int most, int crops) => Assert.Equal(crops, new BatchPolicy(Gpu, most).Next(100));

    [Theory]
    [InlineData(20, 8)]
    [InlineData(16, 8)]
    [InlineData(15, 4)]
    [InlineData(11, 2)]
    [InlineData(8, 1)]
    [InlineData(7, 8)] // late in any case: the rest need not be, too
    [InlineData(-5, 8)]
    public void Should_let_the_oldest_be_in_time_when_it_has_a_deadline(int left, int crops) =>
        Assert.Equal(crops, new BatchPolicy(Gpu, 8).Next(100, TimeSpan.FromMilliseconds(left)));

    [Theory]
    [InlineData(2, 2, 1)] // 8 ms on two lanes at once, or 10 on one
    [InlineData(4, 2, 2)] // 10, or 12 on one
    [InlineData(8, 2, 4)] // 12, or 16 on one
    [InlineData(8, 8, 1)]
    [InlineData(100, 2, 8)]
    public void Should_share_with_other_lanes_when_all_are_done_sooner_so(int waiting, int lanes, int crops) =>
        Assert.Equal(crops, new BatchPolicy(Gpu, 8).Next(waiting, lanes: lanes));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 4)]
    [InlineData(9, 8)]
    public void Should_take_what_is_granted_when_nobody_measured(int waiting, int crops) => Assert.Equal(crops, new BatchPolicy(null, 8).Next(waiting, TimeSpan.FromMilliseconds(1)));

    private static BatchTable Table(params double[] times) => new(times.Select((time, i) => (Batch: 1 << i, Time: time))
        .ToDictionary(t => t.Batch, t => new BatchCost(TimeSpan.FromMilliseconds(t.Time), new Dictionary<int, Bytes>())));
}
