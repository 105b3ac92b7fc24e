namespace ActorPipeline.Pipeline;

public sealed class OutageSpecs
{
    private static readonly TimeSpan Begin = TimeSpan.FromHours(5);

    [Fact]
    public void Should_wait_twice_as_long_each_time_and_no_longer_than_the_longest()
    {
        var outage = new Outage(new ReconnectSettings(), "unplugged", Begin);
        var now = Begin;

        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            var wait = outage.NextTry(now)!.Value;
            waits.Add(wait.TotalSeconds);
            now += wait;
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], waits);
        Assert.Equal(8, outage.Attempts);
    }

    [Fact]
    public void Should_try_for_the_last_time_when_it_has_lasted_as_long_as_it_may()
    {
        var outage = new Outage(new ReconnectSettings { For = TimeSpan.FromSeconds(10) }, "Unplugged.", Begin);
        var now = Begin;
        var waits = new List<double>();
        while (outage.NextTry(now) is { } wait)
        {
            waits.Add(wait.TotalSeconds);
            now += wait;
            outage.Failed("nothing answers");
        }

        Assert.Equal([1, 2, 4, 3], waits);
        Assert.Equal("Unplugged. It did not come back in 00:00:10, in 4 tries; the last: nothing answers", outage.Loss);
    }

    [Fact]
    public void Should_try_no_more_when_the_clock_jumped_past_its_end()
    {
        var outage = new Outage(new ReconnectSettings(), "unplugged", Begin);
        Assert.NotNull(outage.NextTry(Begin));

        Assert.Null(outage.NextTry(Begin + TimeSpan.FromDays(2)));
    }

    [Fact]
    public void Should_wait_no_longer_than_usual_when_the_clock_went_back()
    {
        var outage = new Outage(new ReconnectSettings(), "unplugged", Begin);

        Assert.Equal(TimeSpan.FromSeconds(1), outage.NextTry(TimeSpan.Zero));
    }
}
