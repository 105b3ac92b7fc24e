namespace ActorPipeline.Serving;

public sealed class BackoffSpecs
{
    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), givesUpAfter: 5);

    [Fact]
    public void Should_double_up_to_the_longest_when_failures_follow_each_other() =>
        Assert.Equal([200, 400, 800, 1000, 1000], Enumerable.Range(0, 5).Select(_ => _backoff.Fail().TotalMilliseconds));

    [Fact]
    public void Should_give_up_when_the_bound_is_reached_and_not_before()
    {
        for (var i = 0; i < 4; i++) _backoff.Fail();
        Assert.False(_backoff.GivenUp);

        _backoff.Fail();
        Assert.True(_backoff.GivenUp);
    }

    [Fact]
    public void Should_begin_again_when_something_succeeded()
    {
        for (var i = 0; i < 4; i++) _backoff.Fail();

        _backoff.Succeed();

        Assert.Equal(200, _backoff.Fail().TotalMilliseconds);
        Assert.False(_backoff.GivenUp);
    }

    [Fact]
    public void Should_stay_at_the_longest_when_failures_never_end()
    {
        for (var i = 0; i < 10_000; i++) _backoff.Fail();

        Assert.Equal(TimeSpan.FromSeconds(1), _backoff.Fail());
    }
}
