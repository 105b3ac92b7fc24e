namespace ActorPipeline.Events.Outbox;

public sealed class RetryWaitsSpecs
{
    private readonly RetryWaits _waits = new(new RetrySettings { First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(10) });

    [Fact]
    public void Should_double_up_to_the_longest_and_begin_anew_when_it_works_again()
    {
        Assert.Equal([1d, 2, 4, 8, 10, 10], Enumerable.Range(0, 6).Select(_ => _waits.Next(1).TotalSeconds));

        _waits.Reset();

        Assert.Equal(1, _waits.Next(1).TotalSeconds);
    }

    [Fact]
    public void Should_be_between_half_and_all_when_chance_decides()
    {
        Assert.Equal(0.5, _waits.Next(0).TotalSeconds);
        Assert.Equal(1.5, _waits.Next(0.5).TotalSeconds);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(3600, 10)]
    [InlineData(0, 1)]
    public void Should_wait_as_long_as_it_is_asked_to_when_that_is_no_longer_than_the_longest(int asked, int expected) =>
        Assert.Equal(expected, _waits.Next(1, TimeSpan.FromSeconds(asked)).TotalSeconds);
}
