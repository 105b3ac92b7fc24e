using FsCheck.Xunit;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

public sealed class DeskLedgerSpecs
{
    private static readonly NodeKey From = Node("a");

    // Two crops of 300 bytes in three parts of 200.
    private static readonly BatchHead Head = new(Model, 10, 10, CropEncoding.Raw, [300, 300], 3, 5, Ms(500));

    private readonly DeskLedger _desk = new(new DeskLimits { MostEach = 2 });

    [Fact]
    public void Should_be_whole_when_all_parts_came_in_any_order()
    {
        Assert.Equal(DeskStep.Kept, Arrive(1, 2).Step);
        Assert.Equal(DeskStep.Kept, Arrive(1, 0).Step);
        var taken = Arrive(1, 1, at: 30);

        Assert.Equal((DeskStep.Whole, 0), (taken.Step, taken.Released));
        Assert.Equal((600, Ms(30), Ms(500)), (taken.Batch!.Bytes, taken.Batch.WholeAt, taken.Batch.Deadline));
        Assert.Equal([200, 200, 200], taken.Batch.Parts.Select(p => p.Length));
    }

    [Fact]
    public void Should_let_bytes_go_when_it_is_over()
    {
        Whole(1);

        Assert.Equal(600, _desk.Over(From, 1)!.Clear());
        Assert.Null(_desk.Over(From, 1));
        Assert.Equal(0, _desk.Count);
    }

    [Fact]
    public void Should_ignore_parts_when_they_come_twice_or_after_the_end()
    {
        Arrive(1, 0);
        Assert.Equal((DeskStep.Ignored, 200), (Arrive(1, 0) is var t ? (t.Step, t.Released) : default));
        Arrive(1, 1);
        Arrive(1, 2);
        Assert.Equal(DeskStep.Ignored, Arrive(1, 2).Step);
        _desk.Over(From, 1);

        Assert.Equal(DeskStep.Ignored, Arrive(1, 0).Step);
        Assert.Equal(0, _desk.Count);
    }

    [Fact]
    public void Should_refuse_once_and_free_all_when_a_sender_has_too_many()
    {
        Arrive(1, 0);
        Arrive(2, 0);

        var taken = Arrive(3, 0);
        Assert.Equal((DeskStep.Refused, "full", 200), (taken.Step, taken.Reason, taken.Released));
        Assert.Equal((DeskStep.Ignored, 200), (Arrive(3, 1) is var t ? (t.Step, t.Released) : default));
        Assert.Equal(DeskStep.Kept, _desk.Arrive(Node("b"), Part(1, 0), Ms(0)).Step);
    }

    public static TheoryData<BatchHead> Unsound =>
    [
        Head with { Crops = [] }, Head with { Crops = [299, 300] }, Head with { Crops = [.. Enumerable.Repeat(300, 65)] }, Head with { Parts = 0 },
        Head with { Parts = int.MaxValue }, Head with { Width = int.MaxValue }, Head with { Height = -1 }, Head with { Labels = 0 },
        Head with { Encoding = CropEncoding.Jpeg, Crops = [int.MaxValue, int.MaxValue] }, Head with { Encoding = CropEncoding.Jpeg, Crops = [-1, 300] },
    ];

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Should_refuse_it_as_damaged_when_its_head_does_not_add_up(BatchHead head)
    {
        var taken = _desk.Arrive(From, Part(1, 0) with { Head = head }, Ms(0));

        Assert.Equal((DeskStep.Refused, "damaged", 200), (taken.Step, taken.Reason, taken.Released));
    }

    [Fact]
    public void Should_refuse_it_as_damaged_when_its_parts_do_not_add_up()
    {
        Arrive(1, 0);
        Assert.Equal(("damaged", 400), (_desk.Arrive(From, Part(1, 1) with { Head = Head with { Labels = 4 } }, Ms(0)) is var a ? (a.Reason, a.Released) : default));
        Arrive(2, 0);
        Assert.Equal(("damaged", 400), (_desk.Arrive(From, Part(2, 3), Ms(0)) is var b ? (b.Reason, b.Released) : default));
        Arrive(3, 0);
        Arrive(3, 1);
        Assert.Equal(("damaged", 401), (_desk.Arrive(From, Part(3, 2) with { Data = new byte[1] }, Ms(0)) is var c ? (c.Reason, c.Released) : default));
        Assert.Equal("damaged", _desk.Arrive(From, Part(4, 0) with { Data = new byte[601] }, Ms(0)).Reason);
        Assert.Equal(0, _desk.Count);
    }

    [Fact]
    public void Should_refuse_it_as_late_when_its_time_is_over_before_it_is_whole()
    {
        Arrive(1, 0);
        Arrive(1, 1);

        Assert.Equal(("late", 600), (Arrive(1, 2, at: 500) is var t ? (t.Reason, t.Released) : default));
    }

    [Fact]
    public void Should_drop_it_when_a_part_never_comes()
    {
        Arrive(1, 0, at: 10);
        Assert.Equal(Ms(2010), _desk.NextExpiry);
        Assert.Empty(_desk.Expire(Ms(2009)));

        Assert.Equal(200, Assert.Single(_desk.Expire(Ms(2010))).Clear());
        Assert.Null(_desk.NextExpiry);
        Assert.Equal(DeskStep.Ignored, Arrive(1, 1, at: 2020).Step);
    }

    [Fact]
    public void Should_drop_what_comes_in_and_let_run_what_runs_when_a_sender_is_gone()
    {
        Arrive(1, 0);
        Whole(2);

        Assert.Equal(200, _desk.Lost(From));

        Assert.Equal(1, _desk.Count);
        var over = _desk.Over(From, 2)!;
        Assert.Equal((true, 600), (over.Unwanted, over.Clear()));
        // Nothing is kept of a node that does not come back.
        Assert.Equal(0, _desk.Senders);
    }

    [Fact]
    public void Should_drop_a_batch_when_it_is_withdrawn_also_before_it_came()
    {
        Arrive(1, 0);
        Assert.Equal(200, _desk.Withdraw(From, 1));
        Assert.Equal(0, _desk.Withdraw(From, 2));

        Assert.Equal((DeskStep.Ignored, DeskStep.Ignored), (Arrive(1, 1).Step, Arrive(2, 0).Step));
    }

    [Fact]
    public void Should_not_overflow_when_a_batch_has_for_ever() =>
        Assert.Equal(DeskStep.Kept, _desk.Arrive(From, Part(1, 0) with { Head = Head with { Left = TimeSpan.MaxValue } }, At(1)).Step);

    [Property(MaxTest = 200)]
    public void Should_lose_no_bytes_when_anything_comes((byte What, byte Which, byte How)[] events)
    {
        var desk = new DeskLedger(new DeskLimits { MostEach = 2 });
        var (held, now) = (0L, Ms(0));
        var running = new List<DeskBatch>();
        foreach (var (what, which, how) in events)
        {
            var from = Node($"n{which % 3}");
            now += Ms(how / 8.0);
            switch (what % 8)
            {
                case < 5:
                    var part = Part(which / 3 % 16, how % 4) with { Data = new byte[how % 16 == 0 ? 199 : 200] };
                    held += part.Data.Length;
                    var taken = desk.Arrive(from, part, now);
                    held -= taken.Released;
                    if (taken.Step == DeskStep.Whole) running.Add(taken.Batch!);
                    break;
                case 5: held -= desk.Withdraw(from, which / 3 % 16); break;
                case 6: held -= how % 8 == 0 ? desk.Lost(from) : desk.Expire(now).Sum(b => b.Clear()); break;
                case 7 when running.Count > 0:
                    held -= desk.Over(running[0].From, running[0].Number)!.Clear();
                    running.RemoveAt(0);
                    break;
            }
        }
        foreach (var batch in running) held -= desk.Over(batch.From, batch.Number)!.Clear();
        held -= desk.Expire(now + At(2)).Sum(b => b.Clear());
        Assert.Equal((0, 0), (held, desk.Count));
    }

    private static BatchPart Part(long batch, int part) => new(batch, 1, 0, Head, part, new byte[200]);

    private DeskTaken Arrive(long batch, int part, double at = 0) => _desk.Arrive(From, Part(batch, part), Ms(at));

    private void Whole(long batch)
    {
        for (var i = 0; i < 3; i++) Arrive(batch, i);
    }
}
