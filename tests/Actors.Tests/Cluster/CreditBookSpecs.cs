using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

public sealed class CreditBookSpecs
{
    private static readonly CreditLimits Limits = new()
    {
        Pool = 1000, Least = 250, Lifetime = At(4), Grace = At(1), Forget = At(30), MostSenders = 6,
    };

    private readonly CreditBook _book = new(Limits, lastEpoch: 10);

    [Fact]
    public void Should_reserve_before_it_grants_when_a_sender_asks()
    {
        Open("a");

        Assert.Equal([("a", 300)], Ask("a", 0, 300));
        Assert.Equal((300, 0, 700), (_book.Promised, _book.Held, _book.Free));
    }

    [Fact]
    public void Should_hold_what_arrives_and_take_it_back_when_it_is_released()
    {
        Open("a");
        Ask("a", 0, 300);

        Assert.Equal(Arrival.Taken, Arrive("a", 100, 100));
        Assert.Equal((200, 100), (_book.Promised, _book.Held));
        _book.Release(Node("a"), 100);
        Assert.Equal((200, 0, 800), (_book.Promised, _book.Held, _book.Free));
    }

    [Fact]
    public void Should_know_what_was_lost_when_the_next_part_or_question_comes()
    {
        Open("a");
        Ask("a", 0, 300);

        Assert.Equal(Arrival.Taken, Arrive("a", 250, 100));
        Assert.Equal((50, 100), (_book.Promised, _book.Held));

        _book.Ask(Node("a"), new AskCredit(11, 300, 0), At(1));
        Assert.Equal((0, 100), (_book.Promised, _book.Held));
    }

    [Theory]
    [InlineData(11, 100, 100, "Stale")]
    [InlineData(11, 90, 20, "Stale")]
    [InlineData(11, 301, 201, "Void")]
    [InlineData(10, 200, 100, "Void")]
    [InlineData(11, 50, 100, "Void")]
    [InlineData(11, long.MinValue, 5, "Void")]
    [InlineData(11, 200, -5, "Void")]
    public void Should_take_nothing_without_room_when_numbers_are_doubled_or_wrong(long epoch, long sent, int bytes, string expected)
    {
        Open("a");
        Ask("a", 0, 300);
        Arrive("a", 100, 100);

        Assert.Equal(expected, _book.Arrive(Node("a"), epoch, sent, bytes, At(0)).ToString());
        Assert.Equal((200, 100), (_book.Promised, _book.Held));
    }

    [Fact]
    public void Should_take_room_back_and_end_the_epoch_when_a_promise_lapses()
    {
        Open("a");
        Ask("a", 0, 300);

        _book.Expire(At(4.9));
        Assert.Equal(300, _book.Promised);
        Assert.Equal(At(5), _book.NextExpiry);
        _book.Expire(At(5));

        Assert.Equal((0, 12), (_book.Promised, _book.EpochOf(Node("a"))));
        // The paused one wakes up, and believes in what it was promised.
        Assert.Equal(Arrival.Void, Arrive("a", 100, 100, epoch: 11));
        Assert.Equal(Cluster.Wish.OtherEpoch, _book.Ask(Node("a"), new AskCredit(11, 100, 300), At(6)));
        Assert.Equal([("a", 300)], Grants(6));
        Assert.Equal(Arrival.Taken, Arrive("a", 100, 100, epoch: 12));
    }

    [Fact]
    public void Should_void_what_was_promised_when_a_sender_opens_anew()
    {
        Open("a");
        Ask("a", 0, 300);
        Arrive("a", 100, 100);

        Assert.Equal(12, _book.Open(Node("a"), At(1)));

        Assert.Equal((0, 100), (_book.Promised, _book.Held));
        Assert.Equal(Arrival.Void, Arrive("a", 200, 100, epoch: 11));
    }

    [Fact]
    public void Should_share_evenly_when_several_want_all()
    {
        foreach (var name in new[] { "a", "b", "c" }) Open(name);
        foreach (var name in new[] { "a", "b", "c" }) Wish(name, 0, 1000);

        Assert.Equal([("a", 333), ("b", 333), ("c", 333)], Grants(0));
    }

    [Fact]
    public void Should_give_room_to_who_waits_with_nothing_when_it_comes_back()
    {
        for (var i = 0; i < 4; i++)
        {
            Open($"n{i}");
            Ask($"n{i}", 0, 250);
        }
        Open("e");
        Assert.Empty(Ask("e", 0, 250));
        Arrive("n0", 250, 250);
        Assert.Empty(Ask("n0", 250, 250));

        _book.Release(Node("n0"), 250);

        Assert.Equal([("e", 250)], Grants(1));
    }

    [Fact]
    public void Should_renew_nobodys_promise_when_one_waits_with_nothing()
    {
        for (var i = 0; i < 4; i++) Open($"n{i}");
        for (var i = 0; i < 4; i++) Wish($"n{i}", 0, 250);
        Assert.Equal(4, Grants(0).Length);
        Wish("n0", 0, 250, at: 3);
        Assert.Equal([("n0", 250)], Grants(3));
        Open("e", at: 3);
        Wish("e", 0, 250, at: 4);
        Wish("n0", 0, 250, at: 4);
        Wish("n1", 0, 250, at: 4);

        Assert.Empty(Grants(4));
        _book.Expire(At(5));

        Assert.Equal([("e", 250), ("n1", 250)], Grants(5).Where(g => g.To != "n0"));
    }

    [Fact]
    public void Should_not_grant_what_was_wanted_long_ago_when_room_comes_back()
    {
        Open("a");
        Ask("a", 0, 1000);
        Open("b");
        Wish("b", 0, 250);

        _book.Expire(At(5));

        Assert.Empty(Grants(5));
    }

    [Fact]
    public void Should_forget_who_fell_silent_and_refuse_strangers_when_they_ask()
    {
        Open("a");
        Ask("a", 0, 300);
        Arrive("a", 100, 100);

        Assert.Equal([Node("a")], _book.Expire(At(30)));

        Assert.Equal((0, 100, 0), (_book.Promised, _book.Held, _book.Senders));
        Assert.Equal(Cluster.Wish.Stranger, _book.Ask(Node("a"), new AskCredit(11, 0, 1), At(30)));
        Assert.Equal(Arrival.Void, Arrive("a", 200, 100));
        _book.Release(Node("a"), 100);
        Assert.Equal(1000, _book.Free);
    }

    [Fact]
    public void Should_take_no_more_senders_when_there_are_too_many()
    {
        for (var i = 0; i < 6; i++) Assert.NotNull(_book.Open(Node($"n{i}"), At(0)));

        Assert.Null(_book.Open(Node("x"), At(0)));
        _book.Close(Node("n3"));
        Assert.NotNull(_book.Open(Node("x"), At(0)));
    }

    private void Open(string name, double at = 0) => _book.Open(Node(name), At(at));

    private void Wish(string name, long sent, long wanted, double at = 0) =>
        _book.Ask(Node(name), new AskCredit(_book.EpochOf(Node(name))!.Value, sent, wanted), At(at));

    private (string To, long UpTo)[] Ask(string name, long sent, long wanted)
    {
        Wish(name, sent, wanted);
        return Grants(0);
    }

    private (string To, long UpTo)[] Grants(double at) => [.. _book.Grant(At(at)).Select(g => (g.To.Name, g.Grant.UpTo))];

    private Arrival Arrive(string name, long sent, int bytes, long? epoch = null) =>
        _book.Arrive(Node(name), epoch ?? _book.EpochOf(Node(name)) ?? 11, sent, bytes, At(0));
}
