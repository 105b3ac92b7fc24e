namespace ActorPipeline.Cluster.Network;

public class PatienceSpecs
{
    private readonly Patience<string> _patience = new("me", Seconds(30), Seconds(3));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Looks each second, as its actor does.</summary>
    private List<(string Node, int At)> LookFrom(int from, int to) =>
        [.. Enumerable.Range(from, to - from + 1).SelectMany(second => _patience.Look(Seconds(second)).Select(node => (node, second)))];

    [Fact]
    public void Should_take_a_node_out_when_it_was_lost_for_so_long()
    {
        _patience.Lost("a", Seconds(0));
        _patience.Lost("b", Seconds(10));

        Assert.Equal([("a", 30), ("b", 40)], LookFrom(1, 45));
    }

    [Fact]
    public void Should_name_it_again_when_that_had_no_effect()
    {
        _patience.Lost("a", Seconds(0));

        Assert.Equal([("a", 30), ("a", 60)], LookFrom(1, 70));
    }

    [Fact]
    public void Should_begin_anew_when_it_was_found_between()
    {
        _patience.Lost("a", Seconds(0));
        LookFrom(1, 20);
        _patience.Forget("a");
        Assert.False(_patience.Waits);
        _patience.Lost("a", Seconds(25));

        Assert.Equal([("a", 55)], LookFrom(26, 60));
    }

    [Fact]
    public void Should_count_from_the_first_time_when_it_is_lost_twice()
    {
        _patience.Lost("a", Seconds(0));
        LookFrom(1, 20);
        _patience.Lost("a", Seconds(20));

        Assert.Equal([("a", 30)], LookFrom(21, 32));
    }

    [Fact]
    public void Should_never_take_itself_out()
    {
        _patience.Lost("me", Seconds(0));

        Assert.False(_patience.Waits);
        Assert.Empty(LookFrom(1, 100));
    }

    [Fact]
    public void Should_wait_anew_when_it_stood_still_itself()
    {
        _patience.Lost("a", Seconds(0));
        LookFrom(1, 5);

        Assert.Empty(_patience.Look(Seconds(600)));
        Assert.Equal([("a", 630)], LookFrom(601, 640));
    }

    [Fact]
    public void Should_not_take_the_time_before_for_standing_still_when_nobody_was_lost()
    {
        _patience.Lost("a", Seconds(1000));

        Assert.Equal([("a", 1030)], LookFrom(1001, 1035));
    }
}
