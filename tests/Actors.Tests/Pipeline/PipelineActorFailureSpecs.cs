using ActorPipeline.Inference;
using ActorPipeline.Sources;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Sources that break, stages and boards that die, drains that reach their bound.</summary>
public sealed class PipelineActorFailureSpecs : PipelineKit
{
    [Fact]
    public void Should_fail_one_frame_and_go_on_when_a_picture_cannot_be_read()
    {
        BoardAnswers();
        Start(Settings(4, Sink("out")), new NumberedFrameSource(10, 8, 8) { UnreadableAt = 3 });

        var ended = Ended();

        Assert.Equal((10, 9, 1), (ended.Totals.Captured, ended.Totals.Classified, ended.Totals.Failed["unreadable"]));
        Assert.Null(ended.Failure);
        Assert.Contains("unreadable", SinkAt("out").Reports[3].Reason);
        Assert.Equal(0, ended.BuffersOutstanding);
    }

    [Fact]
    public void Should_finish_what_was_captured_and_say_why_when_the_source_is_lost()
    {
        BoardAnswers();
        Start(Settings(4, Sink("out")), new NumberedFrameSource(10, 8, 8) { LostAt = 6 });

        var ended = Ended();

        Assert.Equal((6, 6), (ended.Totals.Captured, ended.Totals.Classified));
        Assert.Contains("break off at frame 6", ended.Failure);
        Assert.True(SinkAt("out").IsCompleted);
    }

    [Fact]
    public void Should_still_tell_its_numbers_when_it_is_stopped_before_its_end()
    {
        Start(Settings(3), Numbers(100));
        for (var i = 0; i < 3; i++) Posted();

        Sys.Stop(Pipeline);

        var ended = Ended();
        Assert.Equal((3, 3), (ended.Totals.Captured, ended.Totals.Failed["pipeline-lost"]));
        Assert.Contains("stopped", ended.Failure);
    }

    [Fact]
    public void Should_fail_a_frame_when_its_work_fails()
    {
        Start(Settings(2), Numbers(1));
        var (work, from) = Posted();
        work.Work.Release();

        from.Tell(new WorkFailed(work.Id, "run-failed", "cuda error"));

        var ended = Ended();
        Assert.Equal((1, 0), (ended.Totals.Failed["run-failed"], ended.BuffersOutstanding));
    }

    [Fact]
    public void Should_fail_what_is_left_and_still_close_its_sinks_when_the_drain_reaches_its_bound()
    {
        Start(Settings(3, Sink("out")), Numbers(100));
        var posted = Enumerable.Range(0, 3).Select(_ => Posted()).ToArray();
        Pipeline.Tell(new DrainPipeline(TimeSpan.FromSeconds(1)), Root);
        Silent(Root);

        Advance(TimeSpan.FromSeconds(1));
        Board.FishForMessage<WithdrawWork>(_ => true);
        Silent(Root);
        foreach (var (work, from) in posted)
        {
            work.Work.Release();
            from.Tell(new WorkFailed(work.Id, "withdrawn", ""));
        }

        var ended = Ended();
        Assert.Equal((3, 3), (ended.Totals.Captured, ended.Totals.Failed["shutdown"]));
        // A healthy sink gets these outcomes too, and is not taken for a blocked one.
        Assert.Null(ended.Failure);
        Assert.Equal([0, 1, 2], SinkAt("out").Numbers);
        Assert.True(SinkAt("out").IsCompleted);
        Assert.Equal(0, ended.BuffersOutstanding);
    }

    [Fact]
    public void Should_withdraw_its_work_before_its_end_when_the_drain_reaches_its_bound_and_no_sink_holds_it_up()
    {
        Start(Settings(3), Numbers(3));
        var posted = Enumerable.Range(0, 3).Select(_ => Posted()).ToArray();
        Pipeline.Tell(new DrainPipeline(TimeSpan.FromSeconds(1)), Root);
        Silent(Root);

        Advance(TimeSpan.FromSeconds(1));
        Board.FishForMessage<WithdrawWork>(_ => true);
        Silent(Root);
        foreach (var (work, from) in posted)
        {
            work.Work.Release();
            from.Tell(new WorkFailed(work.Id, "withdrawn", ""));
        }

        var ended = Ended();
        Assert.Equal((3, 0, false), (ended.Totals.Failed["shutdown"], ended.BuffersOutstanding, ended.Abandoned));
    }

    [Fact]
    public void Should_count_what_is_still_held_and_end_when_work_does_not_come_back_to_the_bounds()
    {
        Start(Settings(3, Sink("out")), Numbers(100));
        var posted = Enumerable.Range(0, 3).Select(_ => Posted()).ToArray();
        Pipeline.Tell(new DrainPipeline(TimeSpan.FromSeconds(1)), Root);

        AdvanceUntil(() => Assert.True(Root.HasMessages), TimeSpan.FromSeconds(1));

        var ended = Ended();
        Assert.Equal((3, 3), (ended.Totals.Failed["shutdown"], ended.BuffersOutstanding));
        Assert.Null(ended.Failure);
        foreach (var (work, _) in posted) work.Work.Release();
    }

    [Fact]
    public void Should_fail_its_frames_and_go_on_with_a_new_one_when_a_stage_dies()
    {
        Start(Settings(2), Numbers(4), classifies: false);
        var (first, from) = Posted();
        var (second, _) = Posted();

        from.Tell(Kill.Instance);
        for (var i = 0; i < 2; i++)
        {
            var (work, replacement) = Posted();
            Assert.NotEqual(from, replacement);
            Answer(work, replacement);
        }
        // The board lets go of a dead submitter's work.
        first.Work.Release();
        second.Work.Release();

        var ended = Ended();
        Assert.Equal((4, 2, 2), (ended.Totals.Captured, ended.Totals.Failed["stage-lost"], ended.Totals.Classified));
    }

    [Fact]
    public void Should_finish_what_was_captured_and_take_its_kits_back_when_capture_dies()
    {
        // The first four wait for the spec; whatever comes after them is answered at once.
        BoardAnswers(work => work.Id.Number < 4 ? null : One);
        Start(Settings(4), Numbers(1_000_000), classifies: false);
        var posted = Enumerable.Range(0, 4).Select(_ => Posted()).ToArray();
        var (first, stage) = posted[0];
        Answer(first, stage);

        Sys.ActorSelection(Pipeline.Path / "capture").Tell(Kill.Instance);
        foreach (var (work, from) in posted.Skip(1)) Answer(work, from);

        var ended = Ended();
        Assert.Contains("capture stage stopped", ended.Failure);
        Assert.Equal((ended.Totals.Captured, 0), (ended.Totals.Classified, ended.BuffersOutstanding));
    }

    [Fact]
    public void Should_fail_what_was_outstanding_and_go_on_with_a_new_board_when_the_board_dies()
    {
        Start(Settings(2), Numbers(4));
        Posted();
        Posted();

        Sys.Stop(Board);
        // The other two wait for a board.
        var next = CreateTestProbe();
        Pipeline.Tell(new BoardStarted(next), Root);
        for (var i = 0; i < 2; i++)
        {
            var submit = next.FishForMessage<Submit>(_ => true);
            submit.Work.Release();
            next.LastSender.Tell(new Completed(submit.Id), next);
        }

        var ended = Ended();
        Assert.Equal((4, 2, 2, 0), (ended.Totals.Captured, ended.Totals.Failed["board-lost"], ended.Totals.Empty, ended.BuffersOutstanding));
    }

    [Fact]
    public void Should_fail_what_waits_for_a_board_when_none_comes_and_it_is_to_drain()
    {
        Start(Settings(2), Numbers(40));
        Posted();
        Posted();
        Sys.Stop(Board);
        Silent(Root);

        Pipeline.Tell(new DrainPipeline(TimeSpan.FromSeconds(1)), Root);
        Silent(Root);
        Advance(TimeSpan.FromSeconds(1));

        var ended = Ended();
        Assert.Equal(ended.Totals.Captured, ended.Totals.Concluded);
        Assert.Equal(0, ended.BuffersOutstanding);
    }

    [Fact]
    public void Should_not_wait_beyond_the_bound_when_a_read_blocks()
    {
        var source = new NumberedFrameSource(100, 8, 8) { BlockAt = 1 };
        BoardAnswers();
        Start(Settings(2, Sink("out")), source);
        Eventually(() => Assert.True(source.IsBlocked));
        Pipeline.Tell(new DrainPipeline(TimeSpan.FromSeconds(1)), Root);
        Silent(Root);

        Advance(TimeSpan.FromSeconds(1));

        var ended = Ended();
        Assert.Equal((1, 1), (ended.Totals.Captured, ended.Totals.Classified));
        // The buffer stays with the reader.
        Assert.True(ended.BuffersOutstanding > 0);
        source.Release();
        Eventually(() => Assert.True(source.IsDisposed));
        Assert.Equal(0, source.RulesBroken);
    }

    [Fact]
    public void Should_refuse_when_its_source_cannot_be_opened()
    {
        Create(Settings(), new NumberedFrameSource(1, 8, 8) { FailsToOpen = true });

        Assert.Contains("not to open", Root.ExpectMsg<PipelineRefused>().Reason);
    }

    [Fact]
    public void Should_refuse_when_its_reader_dies_while_opening()
    {
        Create(Settings(), f => f.ActorOf(Props.Create(() => new SourceReader(() => Throw(), ReconnectSettings.Never, TimeProvider.System))));

        Root.ExpectMsg<PipelineRefused>();
    }

    [Fact]
    public void Should_end_with_a_failure_when_its_reader_dies_before_it_starts()
    {
        var source = Numbers(5);
        Create(Settings(2, Sink("out")), source);
        Root.ExpectMsg<PipelinePrepared>();
        Sys.ActorSelection(Pipeline.Path / "capture" / "source-reader").Tell(Kill.Instance);
        Eventually(() => Assert.True(source.IsDisposed));

        Pipeline.Tell(new StartPipeline(Catalog.LabelList.None, [Catalog.LabelList.None]), Root);

        var ended = Ended();
        Assert.Equal((0, 0), (ended.Totals.Captured, ended.BuffersOutstanding));
        Assert.Contains("reader stopped", ended.Failure);
    }

    private static IFrameSource Throw() => throw new InvalidOperationException("a bug in a source");
}
