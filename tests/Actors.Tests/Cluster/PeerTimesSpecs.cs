using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class PeerTimesSpecs
{
    private static readonly NodeKey Peer = Node("b");

    private readonly PeerTimes _times = new();

    [Fact]
    public void Should_know_nothing_when_it_never_heard_of_a_peer()
    {
        Assert.Equal((null, null, null), (_times.RoundTrip(Peer, At(0)), _times.Bandwidth(Peer, At(0)), _times.RunPerCrop(Peer, Model, At(0))));
        Assert.False(_times.Rests(Peer, At(0)));
    }

    [Fact]
    public void Should_learn_way_bandwidth_and_run_when_batches_are_answered()
    {
        _times.Ponged(Peer, Ms(2), At(1));
        // 100 ms on the way beyond the round trip, for 1 MB.
        _times.Answered(Peer, Model, 8, 1_000_000, Ms(142), Ms(40), At(2));

        Assert.Equal(Ms(2), _times.RoundTrip(Peer, At(2)));
        Assert.Equal(1e7, _times.Bandwidth(Peer, At(2))!.Value, 1.0);
        Assert.Equal(Ms(5), _times.RunPerCrop(Peer, Model, At(2)));
    }

    [Fact]
    public void Should_keep_near_the_least_run_when_others_had_to_wait_in_a_queue()
    {
        for (var i = 0; i < 20; i++) _times.Answered(Peer, Model, 1, 100, Ms(500), Ms(i % 4 == 0 ? 4 : 300), At(1));

        Assert.InRange(_times.RunPerCrop(Peer, Model, At(1))!.Value, Ms(4), Ms(6));
    }

    [Fact]
    public void Should_not_believe_times_when_they_cannot_be()
    {
        _times.Answered(Peer, Model, 1, 1_000_000, Ms(10), Ms(20), At(1));
        _times.Answered(Peer, Model, 1, 1_000_000, Ms(-10), Ms(-20), At(1));
        _times.Ponged(Peer, TimeSpan.FromHours(1), At(1));

        Assert.Equal((null, null, null), (_times.RoundTrip(Peer, At(1)), _times.Bandwidth(Peer, At(1)), _times.RunPerCrop(Peer, Model, At(1))));
    }

    [Fact]
    public void Should_know_a_peer_no_more_when_it_was_not_used_for_long()
    {
        _times.Ponged(Peer, Ms(2), At(1));
        _times.Answered(Peer, Model, 1, 100_000, Ms(50), Ms(4), At(1));

        _times.Ponged(Peer, Ms(3), At(100));

        Assert.Equal((Ms(3), null, null), (_times.RoundTrip(Peer, At(100)), _times.Bandwidth(Peer, At(100)), _times.RunPerCrop(Peer, Model, At(100))));
    }

    [Fact]
    public void Should_leave_a_peer_alone_for_a_growing_and_bounded_time_when_it_fails_again_and_again()
    {
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            _times.Failed(Peer, At(i * 100));
            var wait = 0.0;
            while (_times.Rests(Peer, At((i * 100) + wait))) wait += 0.25;
            waits.Add(wait);
        }

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30], waits);
    }

    [Fact]
    public void Should_begin_anew_when_it_answers_between()
    {
        for (var i = 0; i < 6; i++) _times.Refused(Peer, At(0));
        Assert.True(_times.Rests(Peer, At(1)));

        _times.Answered(Peer, Model, 1, 1, Ms(10), Ms(4), At(1));
        Assert.False(_times.Rests(Peer, At(1)));

        _times.Refused(Peer, At(2));
        Assert.True(_times.Rests(Peer, At(2.04)));
        Assert.False(_times.Rests(Peer, At(2.06)));
    }

    [Fact]
    public void Should_know_nothing_of_it_when_it_is_gone()
    {
        _times.Failed(Peer, At(0));
        _times.Forget(Peer);

        Assert.False(_times.Rests(Peer, At(0)));
    }
}
