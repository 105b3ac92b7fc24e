using FsCheck.Xunit;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class NodeDirectorySpecs
{
    private static readonly PacerLimits Pace = new();

    private readonly NodeDirectory _directory = new(At(15), mostNodes: 3);

    [Fact]
    public void Should_tell_who_serves_a_model_and_how_old_that_is_when_summaries_came()
    {
        _directory.Learn(Summary("a"), At(1));
        _directory.Learn(Summary("b", models: Held(OtherModel)), At(1));

        var holder = Assert.Single(_directory.HoldersOf(Model, At(3)));

        Assert.Equal((Node("a"), At(2)), (holder.Node.Node, holder.Age));
    }

    [Fact]
    public void Should_ignore_what_is_older_or_doubled_when_it_comes_late()
    {
        Assert.True(_directory.Learn(Summary("a", 5, load: 0.5), At(1)));
        Assert.False(_directory.Learn(Summary("a", 4, load: 0.1), At(2)));
        Assert.False(_directory.Learn(Summary("a", 5, load: 0.1), At(2)));

        var holder = Assert.Single(_directory.HoldersOf(Model, At(2)));
        Assert.Equal((0.5, At(1)), (holder.Node.Load, holder.Age));
    }

    [Theory]
    [InlineData(1, 2)]
    // Akka draws these numbers: the later life may well have the lower one.
    [InlineData(2, 1)]
    public void Should_believe_the_later_life_when_a_node_was_started_anew(int before, int after)
    {
        _directory.Learn(Summary("a", 70, before), At(1));
        Assert.True(_directory.Learn(Summary("a", 1, after), At(2)));
        Assert.False(_directory.Learn(Summary("a", 70, before), At(3)));

        Assert.Equal(Node("a", after), Assert.Single(_directory.HoldersOf(Model, At(3))).Node.Node);
    }

    [Fact]
    public void Should_come_back_to_the_living_when_a_late_word_of_the_dead_came_between()
    {
        _directory.Learn(Summary("a", 1, 2), At(1));
        _directory.Learn(Summary("a", 70, 1), At(2));
        _directory.Learn(Summary("a", 2, 2), At(3));

        Assert.Equal(Node("a", 2), Assert.Single(_directory.HoldersOf(Model, At(3))).Node.Node);
    }

    [Fact]
    public void Should_not_believe_a_node_when_it_was_silent_too_long_by_the_clock_here()
    {
        _directory.Learn(Summary("a"), At(1));

        Assert.Single(_directory.HoldersOf(Model, At(15.9)));
        Assert.Empty(_directory.HoldersOf(Model, At(16)));
        Assert.Equal([Node("a")], _directory.Expire(At(16)));
        Assert.Empty(_directory.Expire(At(17)));
        Assert.False(_directory.Learn(Summary("a"), At(18)));
        Assert.True(_directory.Learn(Summary("a", 2), At(18)));
    }

    [Fact]
    public void Should_ignore_what_a_node_said_when_it_was_told_to_be_gone()
    {
        _directory.Learn(Summary("a", 3), At(1));

        _directory.Forget(Node("a"));

        Assert.Null(_directory.Find(Node("a"), At(1)));
        Assert.False(_directory.Learn(Summary("a", 4), At(2)));
        Assert.True(_directory.Learn(Summary("a", 1, 2), At(2)));
        _directory.Forget(Node("a"));
        Assert.NotNull(_directory.Find(Node("a", 2), At(2)));
    }

    [Fact]
    public void Should_drop_the_one_heard_of_longest_ago_when_there_are_too_many()
    {
        foreach (var (name, at) in new[] { ("a", 1), ("b", 2), ("c", 3) }) _directory.Learn(Summary(name), At(at));
        _directory.Learn(Summary("a", 2), At(4));

        _directory.Learn(Summary("d"), At(5));

        Assert.Equal(["a", "c", "d"], _directory.All(At(5)).Select(n => n.Summary.Node.Name).Order());
    }

    [Fact]
    public void Should_count_what_was_sent_since_when_it_tells_a_queue() =>
        Assert.Equal(Ms(30 + (3 * 4)), new Holder(Summary("a"), Held(queueMs: 30, runMs: 4), At(0)).QueueNow(3, 0, Pace));

    [Fact]
    public void Should_believe_an_old_word_of_an_empty_queue_less_when_the_node_is_busy_or_silent()
    {
        Assert.Equal(Ms(250), new Holder(Summary("a", load: 0.5), Held(), At(0.5)).QueueNow(0, 0, Pace));
        Assert.Equal(Ms(500), new Holder(Summary("a", load: 0.5), Held(), At(5)).QueueNow(0, 0, Pace));
        Assert.Equal(Ms(0), new Holder(Summary("a", load: 0), Held(), At(7)).QueueNow(0, 0, Pace));
        Assert.Equal(Ms(2500), new Holder(Summary("a", load: 0), Held(), At(10)).QueueNow(0, 0, Pace));
    }

    [Fact]
    public void Should_let_a_queue_go_away_with_time_when_nothing_is_said_of_it()
    {
        Assert.Equal(Ms(200), new Holder(Summary("a"), Held(queueMs: 300), At(0.1)).QueueNow(0, 0, Pace));
        Assert.Equal(Ms(0), new Holder(Summary("a"), Held(queueMs: 300), At(0.4)).QueueNow(0, 0, Pace));
    }

    [Fact]
    public void Should_not_take_its_own_crops_for_others_when_a_node_is_busy() =>
        Assert.InRange(new Holder(Summary("a", load: 0.75), Held(), At(0.5)).QueueNow(0, 0.5, Pace), Ms(124), Ms(126));

    [Fact]
    public void Should_not_overflow_when_a_node_tells_nonsense()
    {
        var model = new HeldModel(Model, true, TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MinValue);

        Assert.True(new Holder(Summary("a", load: double.NaN), model, At(1)).QueueNow(1000, 0, Pace) > TimeSpan.Zero);
    }

    [Property(MaxTest = 200)]
    public void Should_keep_the_highest_counter_of_one_life_when_summaries_come_in_any_order(byte[] counters)
    {
        var directory = new NodeDirectory(At(15));
        foreach (var counter in counters) directory.Learn(Summary("a", counter), At(1));

        Assert.Equal(counters.Length == 0 ? null : counters.Max(c => (long?)c), directory.Find(Node("a"), At(1))?.Counter);
    }

    [Property(MaxTest = 200)]
    public void Should_stay_bounded_when_anything_comes((byte Node, byte Life, byte Counter, byte What)[] events)
    {
        var directory = new NodeDirectory(At(15), mostNodes: 5);
        var now = 0.0;
        foreach (var (node, life, counter, what) in events)
        {
            now += what % 4;
            var name = $"n{node % 20}";
            if (what % 5 == 0) directory.Forget(Node(name, life % 3));
            else if (what % 5 == 1) directory.Expire(At(now));
            else if (directory.Learn(Summary(name, counter, life % 3), At(now))) Assert.NotNull(directory.Find(Node(name, life % 3), At(now)));
            Assert.InRange(directory.Count, 0, 5);
            Assert.All(directory.HoldersOf(Model, At(now)), h => Assert.InRange(h.Age, At(0), At(15)));
        }
    }
}
