namespace ActorPipeline.Pipeline;

public class TraceSamplingSpecs
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.01, 98, 102)]
    [InlineData(0.25, 2498, 2502)]
    [InlineData(1, 10_000, 10_000)]
    public void Should_take_the_share_that_is_asked_for(double share, int least, int most)
    {
        var sampling = new TraceSampling(share);

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => sampling.Next()), least, most);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(100)]
    public void Should_keep_step_with_nothing_when_each_so_manieth_frame_is_another_kind(int each)
    {
        var sampling = new TraceSampling(0.05);
        var taken = Enumerable.Range(0, 40_000).Where(_ => sampling.Next()).ToArray();

        Assert.InRange(taken.Count(frame => frame % each == 0), (2000 / each) - 5, (2000 / each) + 5);
    }
}
