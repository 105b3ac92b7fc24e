using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>What is withdrawn, lapses or leaves, and who is not known.</summary>
public sealed class CropDeskEndSpecs : CropDeskKit
{
    [Fact]
    public void Should_refuse_everybody_and_say_that_it_left_only_when_the_last_run_is_answered()
    {
        Start();
        var (there, idle) = (Open("there"), Open("idle"));
        SendBatch(there, 1);
        SendBatch(there, 2);
        SendBatch(there, 3);
        Submit[] runs = [Run(), Run()];

        Desk.Tell(new LeaveNeighbours(), Root);

        Root.ExpectMsg<DeskLeaving>();
        Assert.Equal("leaving", Told<DeskClosed>(there).Reason);
        Assert.Equal("leaving", Told<DeskClosed>(idle).Reason);
        SendBatch(there, 4);
        Refused(there, 4, "leaving");
        Desk.Tell(new OpenDesk(Node("late"), 0), idle.Probe);
        Assert.Equal("leaving", Told<DeskClosed>(idle).Reason);
        Desk.Tell(new AskCredit(idle.Epoch, 0, 1000), idle.Probe);
        Assert.Equal("leaving", Told<DeskClosed>(idle).Reason);
        Complete(runs[0]);
        Complete(runs[1]);
        Silent(Root);
        Complete(Run());
        Root.ExpectMsg<NeighboursLeft>();
        for (var i = 0; i < 3; i++) Told<BatchDone>(there);
    }

    [Fact]
    public void Should_say_at_once_that_it_left_when_nothing_runs()
    {
        Start();

        Desk.Tell(new LeaveNeighbours(), Root);

        Root.ExpectMsg<DeskLeaving>();
        Root.ExpectMsg<NeighboursLeft>();
    }

    [Fact]
    public void Should_forget_a_batch_that_waits_for_a_buffer_when_it_is_withdrawn()
    {
        Start();
        var there = Open("there");
        for (var i = 1; i <= 3; i++) SendBatch(there, i);
        Submit[] runs = [Run(), Run()];

        Desk.Tell(new WithdrawBatch(3), there.Probe);
        foreach (var run in runs) Complete(run);

        Assert.Equal([1L, 2], new[] { Told<BatchDone>(there).Batch, Told<BatchDone>(there).Batch }.Order());
        Silent(Board);
        Silent(there.Probe);
        AssertNothingLeaked();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_withdraw_its_run_and_answer_nobody_when_a_batch_that_runs_is_withdrawn(bool completes)
    {
        Start();
        var there = Open("there");
        SendBatch(there, 1, crops: 6);
        var run = Run();

        Desk.Tell(new WithdrawBatch(1), there.Probe);

        Assert.Equal(run.Id, Board.ExpectMsg<WithdrawWork>().Only);
        if (completes) Complete(run);
        else FailRun(run, "withdrawn");
        Silent(Board);
        Silent(there.Probe);
        Assert.Equal("withdrawn", Served.ExpectMsg<CropsServed>().Outcome);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_not_begin_a_batch_when_it_was_withdrawn_before_its_parts_came()
    {
        Start();
        var there = Open("there");
        var parts = Cut(there, 1, Head(1, parts: 2));
        Send(there, parts[0]);

        Desk.Tell(new WithdrawBatch(1), there.Probe);
        Desk.Tell(new WithdrawBatch(2), there.Probe);
        Send(there, parts[1]);
        SendBatch(there, 2);

        Silent(Board);
        Silent(there.Probe);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_take_everything_back_when_a_sender_is_gone()
    {
        Start(credit: new Bytes(16 * CropBytes));
        var (there, other) = (Open("there", wanted: 8 * CropBytes), Open("other", wanted: 0));
        for (var i = 1; i <= 3; i++) SendBatch(there, i);
        Send(there, Cut(there, 4, Head(1, parts: 2))[0]);
        Submit[] runs = [Run(), Run()];

        Desk.Tell(new SenderGone(there.Key), Root);

        Assert.Equal(runs.Select(r => r.Id), new[] { Board.ExpectMsg<WithdrawWork>().Only!.Value, Board.ExpectMsg<WithdrawWork>().Only!.Value }.OrderBy(i => i.Number));
        foreach (var run in runs) FailRun(run, "withdrawn");
        Silent(there.Probe);
        Assert.Equal(14 * CropBytes, Promised(other, 14 * CropBytes).UpTo);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_refuse_a_late_part_when_its_promise_has_lapsed()
    {
        Start();
        var there = Open("there");
        Settle();

        Advance(TimeSpan.FromSeconds(5));
        SendBatch(there, 1);

        Refused(there, 1, "void");
        Silent(Board);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_drop_a_batch_when_a_part_of_it_never_comes()
    {
        Start();
        var there = Open("there");
        Send(there, Cut(there, 1, Head(1, parts: 2))[0]);
        Settle();

        Advance(TimeSpan.FromSeconds(2));

        Refused(there, 1, "damaged");
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_refuse_what_was_never_promised_when_a_sender_sends_more()
    {
        Start();
        var there = Open("there", wanted: CropBytes);

        SendBatch(there, 1, crops: 2);

        Refused(there, 1, "void");
    }

    [Fact]
    public void Should_say_that_it_does_not_know_a_stranger()
    {
        Start();
        var stranger = new Sender(Node("nobody"), CreateTestProbe()) { Epoch = 1 };

        Desk.Tell(new AskCredit(1, 0, 1000), stranger.Probe);
        SendBatch(stranger, 1);
        Desk.Tell(new WithdrawBatch(1), stranger.Probe);

        Assert.Equal("stranger", stranger.Probe.ExpectMsg<DeskClosed>().Reason);
        Refused(stranger, 1, "void");
        Silent(stranger.Probe);
    }

    [Fact]
    public void Should_forget_a_sender_when_it_was_silent_too_long()
    {
        Start();
        var there = Open("there", wanted: 0);
        Settle();
        for (var i = 0; i < 31; i++) Advance(TimeSpan.FromSeconds(1));

        Desk.Tell(new AskCredit(there.Epoch, 0, 1000), there.Probe);

        Assert.Equal("stranger", Told<DeskClosed>(there).Reason);
    }

    [Fact]
    public void Should_listen_to_the_next_gateway_of_a_node_alone_when_one_has_followed()
    {
        Start();
        var before = Open("there");
        SendBatch(before, 1);
        var run = Run();

        var after = Open("there");

        Assert.True(after.Epoch > before.Epoch);
        SendBatch(before, 2);
        Refused(before, 2, "void");
        SendBatch(after, 1L << 32);
        Complete(Run());
        Complete(run);
        Assert.Equal(1L << 32, Told<BatchDone>(after).Batch);
        Silent(before.Probe);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_tell_its_epoch_when_a_sender_believes_in_another()
    {
        Start();
        var there = Open("there", wanted: 0);

        Desk.Tell(new AskCredit(there.Epoch + 7, 0, 1000), there.Probe);

        Assert.Equal(there.Epoch, Told<DeskOpened>(there).Epoch);
        Assert.Equal(1000, Told<CreditGranted>(there).UpTo);
    }

    [Fact]
    public void Should_say_that_it_speaks_another_version_when_it_does_not_understand()
    {
        Start();
        var probe = CreateTestProbe();

        Desk.Tell(new NotUnderstood("major 2"), probe);

        Assert.Equal("version", probe.ExpectMsg<DeskClosed>().Reason);
    }

    [Fact]
    public void Should_let_its_buffers_go_when_it_dies_while_runs_go_on()
    {
        Start();
        var there = Open("there");
        SendBatch(there, 1);
        var run = Run();
        Watch(Desk);

        Sys.Stop(Desk);

        ExpectTerminated(Desk);
        // The board still reads; then the last hold is gone.
        Assert.Equal(0, FirstByte(((Inference.ClassifyWork)run.Work).View(0)));
        run.Work.Release();
        Assert.False(run.Work.TryHold());
    }
}
