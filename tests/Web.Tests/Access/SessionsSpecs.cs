using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Hosting.Web;

public class SessionsSpecs
{
    private readonly FakeTimeProvider _time = new();
    private readonly Sessions _sessions;

    public SessionsSpecs() => _sessions = new Sessions(_time);

    [Fact]
    public void Should_know_a_session_for_a_day()
    {
        var id = _sessions.Begin();

        Assert.True(_sessions.Has(id));
        _time.Advance(Sessions.Lifetime);
        Assert.True(_sessions.Has(id));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_sessions.Has(id));
    }

    [Fact]
    public void Should_have_names_that_nobody_guesses()
    {
        Assert.Equal(64, _sessions.Begin().Length);
        Assert.NotEqual(_sessions.Begin(), _sessions.Begin());
        Assert.False(_sessions.Has(""));
    }

    [Fact]
    public void Should_forget_the_oldest_when_there_are_too_many()
    {
        var first = _sessions.Begin();
        var second = _sessions.Begin();
        for (var i = 0; i < 255; i++) _sessions.Begin();

        Assert.False(_sessions.Has(first));
        Assert.True(_sessions.Has(second));
    }

    [Fact]
    public void Should_let_nobody_try_for_a_minute_when_ten_were_wrong()
    {
        for (var i = 0; i < 9; i++) _sessions.Wrong();
        Assert.False(_sessions.IsGuessing());
        _sessions.Wrong();
        Assert.True(_sessions.IsGuessing());
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.False(_sessions.IsGuessing());
    }
}
