namespace ActorPipeline.Hosting.Web;

public class SecondCountsSpecs
{
    private readonly SecondCounts _counts = new();

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Should_say_nothing_before_a_second_is_over()
    {
        Assert.Equal(0, _counts.PerSecond(At(5)));
        _counts.Add(At(5.1), 10);
        Assert.Equal(0, _counts.PerSecond(At(5.9)));
        Assert.Equal(10, _counts.PerSecond(At(6)));
    }

    [Fact]
    public void Should_look_back_ten_seconds()
    {
        for (var i = 0; i < 30; i++) _counts.Add(At(100 + i), i < 15 ? 100 : 7);

        Assert.Equal(7, _counts.PerSecond(At(129.5)));
        Assert.Equal(4.2, _counts.PerSecond(At(134.5)));
        Assert.Equal(0, _counts.PerSecond(At(1_000_000)));
    }

    [Fact]
    public void Should_count_on_after_a_long_silence()
    {
        _counts.Add(At(1), 5);
        _counts.Add(At(1_000_000), 20);

        Assert.Equal(2, _counts.PerSecond(At(1_000_001)));
    }
}
