namespace ActorPipeline.Pipeline;

public sealed class FrameLedgerSpecs
{
    private readonly FrameLedger _ledger = new(window: 2);

    [Fact]
    public void Should_refuse_a_credit_when_the_window_is_full()
    {
        Assert.True(_ledger.TryTakeCredit());
        Assert.True(_ledger.TryTakeCredit());
        Assert.False(_ledger.TryTakeCredit());

        _ledger.ReturnCredit();
        Assert.True(_ledger.TryTakeCredit());
    }

    [Fact]
    public void Should_keep_the_first_outcome_when_a_second_comes()
    {
        var frame = Capture();

        Assert.True(_ledger.Conclude(frame, new FrameOutcome.Failed("run-timeout", "")));
        Assert.False(_ledger.Conclude(frame, new FrameOutcome.Classified()));

        Assert.Equal(1, _ledger.Totals.Failed["run-timeout"]);
        Assert.Equal(0, _ledger.Totals.Classified);
    }

    [Fact]
    public void Should_not_move_a_frame_when_it_has_its_outcome()
    {
        var frame = Capture();
        _ledger.Conclude(frame, new FrameOutcome.Empty());

        Assert.False(_ledger.Move(frame, FrameStage.Classify));
        Assert.Equal((0, 1), (_ledger.CountIn(FrameStage.Classify), _ledger.CountIn(FrameStage.Concluded)));
    }

    [Fact]
    public void Should_hand_on_in_capture_order_when_a_later_frame_ends_first()
    {
        var (first, second) = (Capture(), Capture());
        _ledger.Conclude(second, new FrameOutcome.Empty());
        Assert.Null(_ledger.HandOn());

        _ledger.Conclude(first, new FrameOutcome.Classified());

        Assert.Equal(first, _ledger.HandOn()?.Id);
        Assert.Equal(second, _ledger.HandOn()?.Id);
        Assert.Null(_ledger.HandOn());
    }

    [Fact]
    public void Should_leave_a_gap_in_the_order_when_a_live_frame_was_overtaken()
    {
        var first = Capture();
        _ledger.Overtaken();
        var third = Capture();

        Assert.Equal((0, 2), (first.Number, third.Number));
        Assert.Equal(1, _ledger.Totals.Dropped["overtaken"]);
        _ledger.Conclude(first, new FrameOutcome.Empty());
        _ledger.Conclude(third, new FrameOutcome.Empty());
        Assert.Equal([first, third], [_ledger.HandOn()!.Value.Id, _ledger.HandOn()!.Value.Id]);
    }

    [Fact]
    public void Should_keep_the_credit_when_a_waiting_sink_has_not_taken_the_frame()
    {
        var frame = Capture(waiting: 2);
        _ledger.Conclude(frame, new FrameOutcome.Empty());
        _ledger.HandOn();

        _ledger.Acknowledge(frame);
        Assert.False(_ledger.TryEnd(frame));
        _ledger.Acknowledge(frame);
        Assert.True(_ledger.TryEnd(frame));
        Assert.False(_ledger.TryEnd(frame));
        Assert.Equal(0, _ledger.CreditsOut);
    }

    [Fact]
    public void Should_let_pixels_go_once_when_the_last_holder_lets_go()
    {
        var frame = Capture(drawing: [0, 1]);

        Assert.False(_ledger.LetGo(frame, FrameLedger.Stages));
        Assert.False(_ledger.LetGo(frame, 1));
        Assert.False(_ledger.LetGo(frame, 1));
        Assert.True(_ledger.LetGo(frame, 0));
        Assert.False(_ledger.LetGo(frame, 0));
    }

    [Fact]
    public void Should_know_a_frame_when_its_credit_is_back_but_a_dropping_sink_still_draws_it()
    {
        var frame = Capture(drawing: [0]);
        _ledger.Conclude(frame, new FrameOutcome.Classified());
        _ledger.LetGo(frame, FrameLedger.Stages);
        _ledger.HandOn();

        Assert.True(_ledger.TryEnd(frame));
        Assert.True(_ledger.Knows(frame));
        Assert.True(_ledger.LetGo(frame, 0));
        Assert.False(_ledger.Knows(frame));
    }

    private FrameId Capture(int[]? drawing = null, int waiting = 0)
    {
        Assert.True(_ledger.TryTakeCredit());
        return _ledger.Capture(TimeSpan.Zero, (drawing ?? []).Aggregate(SinkSet.None, (set, sink) => set.With(sink)), waiting);
    }
}
