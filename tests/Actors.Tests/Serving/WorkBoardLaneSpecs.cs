using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>Runs that throw, take too long, or never come back.</summary>
public sealed class WorkBoardLaneSpecs : WorkBoardKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Should_run_all_lanes_at_once_when_there_is_work_for_them()
    {
        Start(lanes: 2, new SyntheticModel(Cards.Detector) { RunTime = TimeSpan.FromMilliseconds(500) });
        Ready();
        for (var i = 0; i < 4; i++) Submit(i);

        Eventually(() => Assert.Equal(2, Counters.Waiting));

        Assert.Equal(2, Counters.MaxConcurrentRuns);
        AdvanceUntil(() => Assert.Equal(4, Counters.Runs), Step);
    }

    [Fact]
    public void Should_try_a_second_time_when_a_run_throws()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { Fails = call => call.Number == 0 });
        Ready();
        Submit(1);

        Pipeline.ExpectMsg<Completed>();
        Assert.Equal(2, Counters.Runs);
    }

    [Fact]
    public void Should_fail_the_piece_when_it_throws_twice_and_keep_the_lane()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { Fails = call => call.Mark == 1 });
        Ready();
        var buffer = Submit(1);
        Submit(2);

        var failed = Pipeline.ExpectMsg<WorkFailed>();
        Assert.Equal((1L, "run-failed"), (failed.Id.Number, failed.Reason));
        Assert.Equal(2, Pipeline.ExpectMsg<Completed>().Id.Number);
        Assert.Equal((3, 0), (Counters.Runs, buffer.Holds));
    }

    [Fact]
    public void Should_stop_a_session_when_three_runs_fail_in_a_row()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { Fails = _ => true });
        Ready();
        for (var i = 0; i < 4; i++) Submit(i);

        Model.FishForMessage<ModelFailing>(_ => true);

        // Handed out no more; but drained is said only to who asked for it, so that a late answer cannot end the session's next life.
        Silent(Model);
        Assert.Equal(3, Counters.Runs);
        Board.Tell(new DrainModel(Cards.Detector), Model);
        Assert.Equal(0, Model.ExpectMsg<ModelDrained>().CompletedRuns);
        Model.ExpectMsg<Demand>();
        Silent(Model);
    }

    [Fact]
    public void Should_not_stop_a_session_when_failures_have_a_success_between()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { Fails = call => call.Number % 3 != 2 });
        Ready();
        for (var i = 0; i < 6; i++) Submit(i);

        for (var i = 0; i < 6; i++) Assert.NotNull(Pipeline.ReceiveOne(TimeSpan.FromSeconds(10)));

        Silent(Model);
    }

    [Fact]
    public void Should_terminate_a_run_and_not_repeat_it_when_it_outlives_its_bound()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { Hangs = call => call.Mark == 1 });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Advance(Settings.RunTimeout);

        Assert.Equal("run-timeout", Pipeline.ExpectMsg<WorkFailed>().Reason);
        Assert.Equal((1, 1), (Counters.Runs, Counters.Terminations));
        Submit(2);
        Pipeline.ExpectMsg<Completed>();
    }

    [Fact]
    public void Should_leave_a_run_alone_when_its_bound_is_not_reached()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { RunTime = TimeSpan.FromMilliseconds(999) });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Advance(TimeSpan.FromMilliseconds(999));

        Pipeline.ExpectMsg<Completed>();
        Assert.Equal(0, Counters.Terminations);
    }

    [Fact]
    public void Should_replace_a_lane_and_keep_its_hold_when_it_never_comes_back()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { HangsForEver = call => call.Mark == 1 });
        Ready();
        var buffer = Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Advance(Settings.RunTimeout);
        Eventually(() => Assert.Equal(1, Counters.Terminations));
        Silent(Pipeline);

        object? answer = null;
        AdvanceUntil(() => Assert.NotNull(answer ??= Pipeline.HasMessages ? Pipeline.ReceiveOne(TimeSpan.Zero) : null), Step);

        Assert.Equal("run-timeout", Assert.IsType<WorkFailed>(answer).Reason);
        Assert.Equal(0, Model.ExpectMsg<LaneLost>().Lane);
        Assert.Equal(1, buffer.Holds);
        // The new lane has a new number: the old one's tensors are still in use.
        Submit(2);
        Pipeline.ExpectMsg<Completed>();
        Assert.Equal(2, Counters.Runs);

        Runtime.ReleaseHung();
        Eventually(() => Assert.Equal(0, buffer.Holds));
        Silent(Pipeline);
    }

    [Fact]
    public void Should_give_a_run_its_whole_time_again_when_the_clock_jumped_while_it_ran()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { Hangs = call => call.Mark == 1 });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        // The device was suspended: its clock went on, its timers did not.
        Time.Advance(TimeSpan.FromHours(8));
        Advance(Settings.RunTimeout);
        Silent(Pipeline);
        Assert.Equal(0, Counters.Terminations);

        Advance(Settings.RunTimeout);
        Assert.Equal("run-timeout", Pipeline.ExpectMsg<WorkFailed>().Reason);
        Assert.Equal(1, Counters.Terminations);
    }

    [Fact]
    public void Should_not_give_a_lane_up_when_the_clock_jumped_after_its_run_was_terminated()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { HangsForEver = call => call.Mark == 1 });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Advance(Settings.RunTimeout);
        Eventually(() => Assert.Equal(1, Counters.Terminations));

        Time.Advance(TimeSpan.FromHours(8));
        Advance(Settings.LostAfter);
        Silent(Pipeline);

        AdvanceUntil(() => Assert.True(Pipeline.HasMessages), Step);
        Assert.Equal("run-timeout", Pipeline.ExpectMsg<WorkFailed>().Reason);
    }

    [Fact]
    public void Should_end_only_the_run_of_its_own_when_a_bound_is_reached()
    {
        Start(lanes: 2, new SyntheticModel(Cards.Detector) { Hangs = _ => true });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Advance(TimeSpan.FromMilliseconds(600));
        Submit(2);
        Eventually(() => Assert.Equal(2, Counters.Waiting));

        Advance(TimeSpan.FromMilliseconds(400));

        Assert.Equal(1, Pipeline.ExpectMsg<WorkFailed>().Id.Number);
        Silent(Pipeline);
        Assert.Equal(1, Counters.Waiting);
        Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal(2, Pipeline.ExpectMsg<WorkFailed>().Id.Number);
    }
}
