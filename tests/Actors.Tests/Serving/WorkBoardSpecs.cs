using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>Work and models; what lanes do wrong is in <see cref="WorkBoardLaneSpecs"/>.</summary>
public sealed class WorkBoardSpecs : WorkBoardKit
{
    [Fact]
    public void Should_run_work_and_let_its_hold_go_when_its_model_is_ready()
    {
        Start(lanes: 2);
        var buffer = Submit(1);
        Model.ExpectMsg<Demand>();
        Assert.Equal(1, buffer.Holds);

        Ready();

        Assert.Equal(1, Pipeline.ExpectMsg<Completed>().Id.Number);
        Assert.Equal(0, buffer.Holds);
    }

    [Fact]
    public void Should_tell_a_model_once_when_much_work_comes()
    {
        Start(lanes: 1);
        Submit(1);
        Submit(2);

        Model.ExpectMsg<Demand>();
        Silent(Model);
    }

    [Fact]
    public void Should_tell_a_model_when_work_came_before_it_announced_itself()
    {
        Start(lanes: 1, announced: false);
        Submit(1);

        Register(Model);

        Model.ExpectMsg<Demand>();
    }

    [Fact]
    public void Should_answer_every_piece_once_when_some_runs_fail()
    {
        Start(lanes: 2, new SyntheticModel(Cards.Detector) { Fails = call => call.Mark % 7 == 3 });
        var session = Ready();
        // Failures of two lanes may come three in a row; then the model leaves and comes back, as a real one would.
        Model.SetAutoPilot(new DelegateAutoPilot((board, message) =>
        {
            if (message is ModelFailing) board.Tell(new DrainModel(Cards.Detector), Model);
            if (message is ModelDrained) board.Tell(new ModelReady(Cards.Detector, session), Model);
            return AutoPilot.KeepRunning;
        }));
        for (var i = 0; i < 200; i++) Submit(i);

        var answers = new List<object>();
        while (answers.Count < 200)
        {
            answers.Add(Pipeline.ReceiveOne(TimeSpan.FromSeconds(10)));
            Assert.NotNull(answers[^1]);
        }

        var failed = answers.OfType<WorkFailed>().Select(f => f.Id.Number).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, 200).Where(i => i % 7 == 3).Select(i => (long)i), failed);
        Assert.Equal(200, answers.OfType<Completed>().Select(c => c.Id).Concat(answers.OfType<WorkFailed>().Select(f => f.Id)).Distinct().Count());
        Silent(Pipeline);
    }

    [Fact]
    public void Should_hand_out_no_more_and_wait_for_the_last_run_when_a_model_drains()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { RunTime = TimeSpan.FromMilliseconds(500) });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Submit(2);

        Board.Tell(new DrainModel(Cards.Detector), Model);
        Silent(Model);
        Time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(1, Model.ExpectMsg<ModelDrained>().CompletedRuns);
        Model.ExpectMsg<Demand>();
        Pipeline.ExpectMsg<Completed>();
        Silent(Pipeline);
        Assert.Equal(1, Counters.Runs);
    }

    [Fact]
    public void Should_say_drained_at_once_when_nothing_runs()
    {
        Start(lanes: 1);
        Ready();

        Board.Tell(new DrainModel(Cards.Detector), Model);

        Assert.Equal(0, Model.ExpectMsg<ModelDrained>().CompletedRuns);
    }

    [Fact]
    public void Should_fail_what_waits_and_what_comes_when_a_model_is_given_up()
    {
        Start(lanes: 1);
        var waiting = Submit(1);
        Model.ExpectMsg<Demand>();

        Board.Tell(new ModelUnavailable(Cards.Detector, "no such file"), Model);
        var late = Submit(2);

        Assert.All(new[] { 1L, 2 }, number =>
        {
            var failed = Pipeline.ExpectMsg<WorkFailed>();
            Assert.Equal((number, "model-failed", "no such file"), (failed.Id.Number, failed.Reason, failed.Detail));
        });
        Assert.Equal((0, 0), (waiting.Holds, late.Holds));
    }

    [Fact]
    public void Should_keep_work_for_the_next_incarnation_when_a_models_actor_dies()
    {
        Start(lanes: 1);
        Submit(1);
        Model.ExpectMsg<Demand>();
        Sys.Stop(Model);

        var next = CreateTestProbe();
        Register(next);
        next.ExpectMsg<Demand>();
        Ready(next);

        Pipeline.ExpectMsg<Completed>();
    }

    [Fact]
    public void Should_drop_its_work_and_let_the_holds_go_when_a_submitter_dies()
    {
        Start(lanes: 1);
        var stage = CreateTestProbe();
        var buffer = Submit(1, stage);
        Submit(2);

        Sys.Stop(stage);

        Eventually(() => Assert.Equal(0, buffer.Holds));
        Ready();
        Assert.Equal(2, Pipeline.ExpectMsg<Completed>().Id.Number);
        Assert.Equal(1, Counters.Runs);
    }

    [Fact]
    public void Should_answer_what_waits_and_let_the_holds_go_when_a_submitter_withdraws()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { RunTime = TimeSpan.FromMilliseconds(500) });
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        var waiting = Submit(2);
        var others = CreateTestProbe();
        Submit(3, others);

        Board.Tell(new WithdrawWork(), Pipeline);

        var failed = Pipeline.ExpectMsg<WorkFailed>();
        Assert.Equal((2L, "withdrawn", 0), (failed.Id.Number, failed.Reason, waiting.Holds));
        AdvanceUntil(() => Assert.True(others.HasMessages), TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Pipeline.ExpectMsg<Completed>().Id.Number);
        others.ExpectMsg<Completed>();
    }

    [Fact]
    public void Should_not_retry_a_run_that_fails_when_its_submitter_has_withdrawn()
    {
        Start(lanes: 1, new SyntheticModel(Cards.Detector) { RunTime = TimeSpan.FromMilliseconds(500), Fails = _ => true });
        Ready();
        var buffer = Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Board.Tell(new WithdrawWork(), Pipeline);
        AdvanceUntil(() => Assert.True(Pipeline.HasMessages), TimeSpan.FromMilliseconds(100));

        Assert.Equal("run-failed", Pipeline.ExpectMsg<WorkFailed>().Reason);
        Assert.Equal((1, 0), (Counters.Runs, buffer.Holds));
    }

    [Fact]
    public void Should_let_all_holds_go_when_it_stops_itself()
    {
        Start(lanes: 1);
        var buffer = Submit(1);
        Model.ExpectMsg<Demand>();

        Sys.Stop(Board);

        Eventually(() => Assert.Equal(0, buffer.Holds));
    }

    [Fact]
    public void Should_report_demand_at_once_when_it_comes_from_or_goes_to_nothing()
    {
        Start(lanes: 1);
        Submit(1);
        Assert.Equal(1, Report().Queued);

        Board.Tell(new ModelUnavailable(Cards.Detector, "gone"), Model);

        Assert.Equal(0, Report().Total);
    }

    [Fact]
    public void Should_report_demand_now_and_then_when_only_its_size_changes()
    {
        Start(lanes: 1);
        for (var i = 1; i <= 5; i++) Submit(i);
        Assert.Equal(1, Report().Queued);
        Silent(Supervisor);

        Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(5, Report().Queued);
    }

    [Fact]
    public void Should_count_frames_behind_another_model_when_that_model_is_ready_and_only_then()
    {
        Start(lanes: 1);
        Board.Tell(new Foreseen(new PipelineId("street"), Cards.Classifier, 3, Cards.Detector), Pipeline);
        Assert.Equal((Cards.Classifier, 0), (Report().Model, 0));

        Ready();
        Assert.Equal(3, ReportOf(Cards.Classifier).Foreseen);

        Board.Tell(new DrainModel(Cards.Detector), Model);
        Assert.Equal(0, ReportOf(Cards.Classifier).Foreseen);
    }

    [Fact]
    public void Should_foresee_nothing_of_a_pipeline_when_it_is_dead()
    {
        Start(lanes: 1);
        Board.Tell(new Foreseen(new PipelineId("street"), Cards.Detector, 4, null), Pipeline);
        Assert.Equal(4, Report().Foreseen);

        Sys.Stop(Pipeline);

        Assert.Equal(0, Report().Total);
    }

    private MemoryProtocol.ReportDemand Report() => Supervisor.ExpectMsg<MemoryProtocol.ReportDemand>();

    private MemoryProtocol.ReportDemand ReportOf(Catalog.ModelId model) =>
        Supervisor.FishForMessage<MemoryProtocol.ReportDemand>(m => m.Model == model);
}
