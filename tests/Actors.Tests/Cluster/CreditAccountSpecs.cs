using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

public sealed class CreditAccountSpecs
{
    private readonly CreditAccount _account = new();

    [Fact]
    public void Should_send_nothing_when_nothing_was_granted()
    {
        Assert.Null(_account.Send(1, At(0)));
        Assert.Null(_account.Ask(1000, At(0)));

        _account.Open(3);

        Assert.Null(_account.Send(1, At(0)));
        Assert.Equal(new AskCredit(3, 0, 1000), _account.Ask(1000, At(0)));
    }

    [Fact]
    public void Should_send_what_was_granted_and_no_more_when_it_holds()
    {
        Granted(3, 1000);

        Assert.Equal(600, _account.Send(600, At(1)));
        Assert.Equal(400, _account.Available(At(1)));
        Assert.Null(_account.Send(401, At(1)));
        Assert.Equal(1000, _account.Send(400, At(1)));
    }

    [Fact]
    public void Should_send_nothing_when_the_promise_is_too_old()
    {
        Granted(3, 1000);

        Assert.Equal(1000, _account.Available(At(3.99)));
        Assert.Null(_account.Send(1, At(4)));
    }

    [Fact]
    public void Should_count_nothing_twice_when_grants_are_doubled_or_come_late()
    {
        Granted(3, 1000);
        Granted(3, 1000);
        Assert.False(Granted(3, 500));

        Assert.Equal(1000, _account.Available(At(0)));
    }

    [Fact]
    public void Should_void_everything_when_a_new_epoch_begins()
    {
        Granted(3, 1000);
        _account.Send(100, At(0));

        Assert.True(_account.Open(4));
        Assert.False(_account.Open(4));
        Assert.False(Granted(3, 5000));

        Assert.Equal(0, _account.Available(At(0)));
        Granted(4, 50);
        Assert.Equal(50, _account.Send(50, At(0)));
    }

    [Fact]
    public void Should_take_a_grant_of_a_newer_epoch_for_its_opening_when_that_was_lost()
    {
        Granted(3, 1000);
        Granted(5, 200);

        Assert.Equal((5, 200), (_account.Epoch, _account.Available(At(0))));
    }

    [Fact]
    public void Should_stay_closed_when_only_old_promises_come()
    {
        Granted(3, 1000);
        _account.Close();

        Assert.False(Granted(3, 2000));
        Assert.Equal((false, 0), (_account.IsOpen, _account.Available(At(0))));
        Assert.Null(_account.Ask(1000, At(0)));
    }

    [Fact]
    public void Should_ask_before_it_runs_dry_or_too_old_when_more_is_wanted()
    {
        Granted(3, 1000);
        Assert.Null(_account.Ask(1000, At(1)));
        _account.Send(500, At(1));
        Assert.Equal(new AskCredit(3, 500, 1000), _account.Ask(1000, At(1)));

        Granted(3, 1500, at: 1.1);
        Assert.Null(_account.Ask(1000, At(2)));
        Assert.NotNull(_account.Ask(1000, At(3.8)));
        Assert.Null(_account.Ask(0, At(5)));
    }

    [Fact]
    public void Should_ask_more_rarely_when_nothing_comes_of_it()
    {
        _account.Open(3);
        var asks = new List<int>();
        for (var ms = 0; ms < 5000; ms += 50)
            if (_account.Ask(1000, Ms(ms)) is not null) asks.Add(ms);

        Assert.Equal([0, 100, 300, 700, 1500, 2500, 3500, 4500], asks);
    }

    [Fact]
    public void Should_not_believe_a_promise_for_ever_when_it_says_so()
    {
        _account.Granted(new CreditGranted(3, 10, TimeSpan.MaxValue), At(0));

        Assert.Equal((10, 0), (_account.Available(At(59)), _account.Available(At(60))));
    }

    private bool Granted(long epoch, long upTo, double at = 0) => _account.Granted(new CreditGranted(epoch, upTo, At(4)), At(at));
}
