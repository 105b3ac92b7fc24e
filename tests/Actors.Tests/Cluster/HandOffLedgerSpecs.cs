using FsCheck.Xunit;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class HandOffLedgerSpecs
{
    private static readonly CropBatch Batch = new(Model, 8, 80_000, Ms(500));

    private readonly HandOffLedger _ledger = new(new HandOffPatience(), mostEach: 2);

    [Fact]
    public void Should_take_the_first_answer_and_drop_the_second_when_two_come()
    {
        var batch = Begin();

        var over = _ledger.Answered(batch.Number, Node("b"), Ms(40))!;
        Assert.Equal((HandOffEnd.Answered, Ms(40)), (over.End, over.Elapsed));
        Assert.Null(_ledger.Answered(batch.Number, Node("b"), Ms(41)));
        Assert.Equal((1, 0), (_ledger.Late, _ledger.Outstanding));
    }

    [Fact]
    public void Should_drop_an_answer_when_another_node_gives_it()
    {
        var batch = Begin();

        Assert.Null(_ledger.Answered(batch.Number, Node("c"), Ms(40)));
        Assert.Null(_ledger.Answered(batch.Number, Node("b", 2), Ms(40)));
        Assert.Equal(1, _ledger.Outstanding);
    }

    [Theory]
    [InlineData(100, "TryAgain")]
    [InlineData(378, "TryAgain")]
    // As a node without neighbours would: late, but not lost.
    [InlineData(379, "TryAgain")]
    [InlineData(600, "TryAgain")]
    public void Should_try_here_when_it_is_refused(double atMs, string expected)
    {
        var batch = Begin(localMs: 122);

        var over = _ledger.NotDone(batch.Number, Node("b"), "full", Ms(atMs))!;

        Assert.Equal((expected, "full"), (over.End.ToString(), over.Reason));
        Assert.Equal([Node("b")], over.Again(Ms(atMs)).Tried!);
        Assert.Equal(Ms(500 - atMs), over.Again(Ms(atMs)).Left);
    }

    [Theory]
    [InlineData(0, 378, "TryAgain")]
    // Another neighbour may be in time yet.
    [InlineData(0, 379, "TryAgain")]
    [InlineData(0, 500, "Fail")]
    [InlineData(1, 378, "TryAgain")]
    [InlineData(1, 379, "Fail")]
    public void Should_try_as_long_as_there_is_time_when_its_neighbour_is_lost(int tried, double atMs, string expected)
    {
        _ledger.Begin(Batch with { Tried = tried == 0 ? null : [Node("c")] }, Node("b"), Ms(42), Ms(122), Ms(0));

        Assert.Equal(expected, Assert.Single(_ledger.Lost(Node("b"), Ms(atMs))).End.ToString());
    }

    [Fact]
    public void Should_always_try_here_when_there_is_no_deadline()
    {
        var batch = _ledger.Begin(Batch with { Left = null }, Node("b"), Ms(40), Ms(100), At(0))!;

        Assert.Equal(HandOffEnd.TryAgain, _ledger.NotDone(batch.Number, Node("b"), "run-failed", At(100))!.End);
    }

    [Fact]
    public void Should_try_one_other_neighbour_when_this_node_never_could()
    {
        var first = _ledger.Begin(Batch, Node("b"), Ms(40), TimeSpan.MaxValue, At(0))!;
        var over = _ledger.NotDone(first.Number, Node("b"), "not-held", Ms(10))!;
        Assert.Equal(HandOffEnd.TryAgain, over.End);

        var second = _ledger.Begin(over.Again(Ms(10)), Node("c"), Ms(40), TimeSpan.MaxValue, Ms(10))!;

        Assert.Equal(HandOffEnd.Fail, _ledger.NotDone(second.Number, Node("c"), "not-held", Ms(20))!.End);
    }

    [Fact]
    public void Should_end_all_that_a_neighbour_had_when_it_is_lost()
    {
        Begin();
        Begin();
        var other = Begin("c");

        var lost = _ledger.Lost(Node("b"), Ms(510));

        Assert.Equal(2, lost.Count);
        Assert.All(lost, o => Assert.Equal((HandOffEnd.Fail, "neighbour-lost"), (o.End, o.Reason)));
        Assert.Equal((1, 0), (_ledger.Outstanding, _ledger.OutstandingAt(Node("b"))));
        Assert.NotNull(_ledger.Answered(other.Number, Node("c"), Ms(490)));
    }

    [Fact]
    public void Should_give_up_early_enough_for_a_try_here_when_nothing_comes()
    {
        var batch = Begin(expectedMs: 100, localMs: 200);

        Assert.Equal(Ms(300), _ledger.NextOverdue);
        Assert.Empty(_ledger.Overdue(Ms(299)));
        var over = Assert.Single(_ledger.Overdue(Ms(300)));

        Assert.Equal((batch.Number, HandOffEnd.TryAgain, "neighbour-late"), (over.Of.Number, over.End, over.Reason));
        Assert.Null(_ledger.NextOverdue);
    }

    [Theory]
    [InlineData(10, 250)]
    [InlineData(200, 800)]
    [InlineData(9000, 10_000)]
    public void Should_wait_for_some_times_what_was_expected_when_there_is_no_deadline(double expectedMs, double overdueMs)
    {
        _ledger.Begin(Batch with { Left = null }, Node("b"), Ms(expectedMs), Ms(100), At(0));

        Assert.Equal(Ms(overdueMs), _ledger.NextOverdue);
    }

    [Fact]
    public void Should_hand_over_no_more_when_a_neighbour_has_as_many_as_it_may()
    {
        Begin();
        var batch = Begin();

        Assert.Null(_ledger.Begin(Batch, Node("b"), Ms(40), Ms(100), At(0)));
        _ledger.Withdraw(batch.Number, Ms(1));
        Assert.NotNull(_ledger.Begin(Batch, Node("b"), Ms(40), Ms(100), At(0)));
    }

    [Fact]
    public void Should_drop_the_answer_when_the_batch_was_withdrawn()
    {
        var batch = Begin();

        Assert.Equal("withdrawn", _ledger.Withdraw(batch.Number, Ms(1))!.Reason);
        Assert.Null(_ledger.Withdraw(batch.Number, Ms(1)));
        Assert.Null(_ledger.Answered(batch.Number, Node("b"), Ms(2)));
        Assert.Equal(1, _ledger.Late);
    }

    [Fact]
    public void Should_count_crops_since_a_moment_when_it_is_asked()
    {
        Begin();
        Begin(atMs: 10);

        Assert.Equal(8, _ledger.CropsAt(Node("b"), Model, Ms(5)));
        Assert.Equal(0, _ledger.CropsAt(Node("b"), OtherModel, Ms(-1)));
        Assert.Equal(16, _ledger.CropsAt(Node("b"), Model, Ms(-1)));
    }

    [Property(MaxTest = 200)]
    public void Should_end_each_batch_once_when_anything_happens((byte What, byte Which, byte How)[] events)
    {
        var ledger = new HandOffLedger(new HandOffPatience(), mostEach: 2);
        var ended = new HashSet<long>();
        var (begun, now) = (0, At(0));
        foreach (var (what, which, how) in events)
        {
            var node = Node($"n{which % 3}");
            now += Ms(how / 4.0);
            switch (what % 7)
            {
                case 0 or 1: begun += ledger.Begin(Batch with { Left = how % 3 == 0 ? null : Ms(how) }, node, Ms(how % 50), how % 5 == 0 ? TimeSpan.MaxValue : Ms(how % 70), now) is null ? 0 : 1; break;
                case 2: End(ledger.Answered(which, node, now)); break;
                case 3: End(ledger.NotDone(which, node, "full", now)); break;
                case 4: foreach (var over in ledger.Lost(node, now)) End(over); break;
                case 5: foreach (var over in ledger.Overdue(now)) End(over); break;
                case 6: End(ledger.Withdraw(which, now)); break;
            }
            Assert.Equal(begun, ended.Count + ledger.Outstanding);
            Assert.Equal(ledger.Outstanding, Enumerable.Range(0, 3).Sum(i => ledger.OutstandingAt(Node($"n{i}"))));
            Assert.True(ledger.OutstandingAt(node) <= 2);
        }
        foreach (var over in ledger.Overdue(now + At(11))) End(over);
        Assert.Equal((begun, 0), (ended.Count, ledger.Outstanding));

        void End(HandOffOver? over)
        {
            if (over is null) return;
            Assert.True(ended.Add(over.Of.Number));
            // After a neighbour was lost or late no try begins when there is no time left; a refusal leaves it to this node as ever.
            if (over is { End: HandOffEnd.TryAgain, Reason: "neighbour-lost" or "neighbour-late", Of.Deadline: { } deadline }) Assert.True(now < deadline);
        }
    }

    private HandedOver Begin(string to = "b", double expectedMs = 42, double localMs = 122, double atMs = 0) =>
        _ledger.Begin(Batch, Node(to), Ms(expectedMs), Ms(localMs), Ms(atMs))!;
}
