using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Sinks that draw, drop, block and break.</summary>
public sealed class PipelineActorSinkSpecs : PipelineKit
{
    [Fact]
    public void Should_show_each_frames_own_pixels_when_a_sink_draws()
    {
        Declare("video", new RecordingSink { DrawsPixels = true });
        BoardAnswers();
        Start(Settings(4, Sink("video"), Sink("out")), Numbers(25));

        Assert.Equal((25, 0), (Ended().Totals.Classified, 0));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i), SinkAt("video").Drawn);
        Assert.Empty(SinkAt("out").Drawn);
    }

    [Fact]
    public void Should_hold_its_pipeline_when_a_waiting_sink_blocks()
    {
        var source = Numbers(100);
        Declare("out", new RecordingSink { BlocksAt = 5 });
        BoardAnswers();
        Start(Settings(3, Sink("out")), source);
        Eventually(() => Assert.True(SinkAt("out").IsBlocked));
        Eventually(() => Assert.Equal(5 + 3, source.Reads));

        SinkAt("out").Release();

        Assert.Equal(100, Ended().Totals.Classified);
        Assert.Equal(100, SinkAt("out").Reports.Count);
    }

    [Fact]
    public void Should_give_a_sink_up_by_name_and_keep_the_others_when_it_blocks_to_the_bounds()
    {
        Declare("stuck", new RecordingSink { BlocksAt = 2 });
        BoardAnswers();
        Start(Settings(3, Sink("stuck"), Sink("fine")), Numbers(100));
        Eventually(() => Assert.Equal(5, SinkAt("fine").Reports.Count));

        Pipeline.Tell(new DrainPipeline(TimeSpan.FromSeconds(1)), Root);
        AdvanceUntil(() => Assert.True(Root.HasMessages), TimeSpan.FromSeconds(1));

        var ended = Ended();
        Assert.Contains("'stuck' is blocked", ended.Failure);
        Assert.Equal((5, 5), (ended.Totals.Captured, ended.Totals.Classified));
        Assert.True(SinkAt("fine").IsCompleted);
    }

    [Fact]
    public void Should_go_on_and_count_what_it_leaves_out_when_a_dropping_sink_blocks()
    {
        Declare("live", new RecordingSink { BlocksAt = 3 });
        var told = CreateTestProbe();
        Sys.EventStream.Subscribe(told, typeof(SinkDropped));
        BoardAnswers();
        Start(Settings(3, Sink("live", SinkOverflow.Drop), Sink("out")), new NumberedFrameSource(50, 8, 8) { OnRead = n => { if (n == 49) SinkAt("live").Release(); } });

        var ended = Ended();

        Assert.Equal(50, SinkAt("out").Reports.Count);
        Assert.Equal(50 - SinkAt("live").Reports.Count, ended.SinkDrops);
        Assert.InRange(ended.SinkDrops, 1, 50);
        Assert.Equal(ended.SinkDrops, told.ReceiveN((int)ended.SinkDrops).Cast<SinkDropped>().Count(dropped => dropped.Sink == "json-lines"));
        Assert.Null(ended.Failure);
    }

    [Fact]
    public void Should_hold_and_count_nothing_for_a_dropping_sink_when_it_wants_nothing()
    {
        var asked = 0;
        // It looks at every fourth frame alone.
        Declare("live", new SelectiveSink(() => asked++ % 4 == 0) { DrawsPixels = true });
        BoardAnswers();
        Start(Settings(3, Sink("live", SinkOverflow.Drop, slots: 20), Sink("out")), Numbers(20));

        var ended = Ended();

        Assert.Equal((20, 0L), (SinkAt("out").Reports.Count, ended.SinkDrops));
        Assert.Equal([0L, 4, 8, 12, 16], SinkAt("live").Drawn);
        Assert.Equal(20, asked);
        Assert.Null(ended.Failure);
    }

    [Fact]
    public void Should_drop_nothing_when_a_dropping_sink_keeps_up()
    {
        // One frame at a time, and each is taken before the next is read: no slot may be lost on the way.
        var source = new NumberedFrameSource(20, 8, 8) { OnRead = n => SpinWait.SpinUntil(() => SinkAt("live").Reports.Count >= n, 5000) };
        BoardAnswers();
        Start(Settings(1, Sink("live", SinkOverflow.Drop, slots: 1)), source);

        var ended = Ended();

        Assert.Equal(20, SinkAt("live").Reports.Count + ended.SinkDrops);
        Assert.InRange(SinkAt("live").Reports.Count, 19, 20);
    }

    [Fact]
    public void Should_count_what_sinks_left_out_by_themselves_when_it_ends()
    {
        Declare("mqtt", new RecordingSink { LeavesOut = 2 });
        BoardAnswers();
        Start(Settings(3, Sink("mqtt"), Sink("out")), Numbers(10));

        var ended = Ended();

        Assert.Equal((20, 10), (ended.SinkDrops, SinkAt("out").Reports.Count));
        Assert.Null(ended.Failure);
    }

    [Fact]
    public void Should_let_go_of_pixels_when_a_sink_drops_and_draws()
    {
        Declare("live", new RecordingSink { DrawsPixels = true });
        BoardAnswers();
        Start(Settings(4, Sink("live", SinkOverflow.Drop)), Numbers(40));

        var ended = Ended();

        Assert.Equal((40, 0), (ended.Totals.Classified, ended.BuffersOutstanding));
        Assert.Equal(SinkAt("live").Numbers, SinkAt("live").Drawn);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_finish_what_is_in_flight_and_say_why_when_a_sink_breaks(bool properly)
    {
        Declare("full", new RecordingSink { FailsAt = properly ? 4 : null, ThrowsAt = properly ? null : 4 });
        BoardAnswers();
        Start(Settings(3, Sink("full"), Sink("out")), Numbers(10_000));

        var ended = Ended();

        Assert.Contains(properly ? "disk is full" : "'full' stopped", ended.Failure);
        Assert.Equal(ended.Totals.Captured, ended.Totals.Concluded);
        Assert.InRange(ended.Totals.Captured, 5, 1000);
        Assert.Equal(Enumerable.Range(0, (int)ended.Totals.Captured).Select(i => (long)i), SinkAt("out").Numbers);
        Assert.Equal(0, ended.BuffersOutstanding);
    }

    [Fact]
    public void Should_end_within_a_bound_when_a_sink_breaks_while_a_read_blocks()
    {
        var source = new NumberedFrameSource(100, 8, 8) { BlockAt = 3 };
        Declare("full", new RecordingSink { FailsAt = 2 });
        BoardAnswers();
        Start(Settings(4, Sink("full")), source);
        Eventually(() => Assert.True(source.IsBlocked));

        AdvanceUntil(() => Assert.True(Root.HasMessages), TimeSpan.FromSeconds(1));

        Assert.Contains("disk is full", Ended().Failure);
        source.Release();
    }

    [Fact]
    public void Should_refuse_when_a_sink_cannot_be_opened()
    {
        Declare("out", new RecordingSink { FailsToOpen = "no such folder" });

        Create(Settings(4, Sink("fine"), Sink("out")), Numbers(1));

        Assert.Equal("no such folder", Root.ExpectMsg<PipelineRefused>().Reason);
        Eventually(() => Assert.True(SinkAt("fine").IsDisposed));
    }
}
