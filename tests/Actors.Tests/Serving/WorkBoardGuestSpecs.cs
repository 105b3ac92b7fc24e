using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.TestKit;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>Neighbours' work on the board, what is told of it, and what is withdrawn by itself.</summary>
public sealed class WorkBoardGuestSpecs : WorkBoardKit
{
    private static readonly SyntheticModel Slow = new(Cards.Detector) { RunTime = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public void Should_run_own_work_first_when_a_neighbours_came_before()
    {
        Start(lanes: 1);
        Submit(1, guest: true);
        Submit(2, guest: true);
        Submit(3);

        Ready();

        Assert.Equal([3L, 1, 2], new[] { Next(), Next(), Next() });

        long Next() => Pipeline.ExpectMsg<Completed>().Id.Number;
    }

    [Fact]
    public void Should_say_at_once_when_own_demand_begins_or_ends_beside_neighbours()
    {
        Start(lanes: 1, Slow);
        Submit(1, guest: true);
        Assert.Equal((1, 1, 0), Told());

        Submit(2);
        Assert.Equal((2, 1, 1), Told());
        Submit(3);
        Silent(Supervisor);

        Board.Tell(new WithdrawWork(Id("street", 2)), Pipeline);
        Board.Tell(new WithdrawWork(Id("street", 3)), Pipeline);
        Assert.Equal((1, 1, 0), Told());
        Board.Tell(new WithdrawWork(), Pipeline);
        Assert.Equal((0, 0, 0), Told());
    }

    [Fact]
    public void Should_count_a_run_for_neighbours_as_theirs_while_it_goes_on()
    {
        Start(lanes: 1, Slow);
        Submit(1, guest: true);
        Told();
        Ready();
        Eventually(() => Assert.Equal(1, Counters.Waiting));

        Advance(TimeSpan.FromMilliseconds(100));

        Pipeline.ExpectMsg<Completed>();
        Assert.Equal(0, Supervisor.FishForMessage<MemoryProtocol.ReportDemand>(static d => d.Total == 0, TimeSpan.FromSeconds(10)).Guests);
        Assert.All(_told, d => Assert.Equal(0, d.Own));
    }

    [Fact]
    public void Should_withdraw_one_piece_alone_when_it_is_named()
    {
        Start(lanes: 1);
        var (one, other) = (Submit(1), Submit(2));

        Board.Tell(new WithdrawWork(Id("street", 1)), Pipeline);

        Assert.Equal((1L, "withdrawn"), Pipeline.ExpectMsg<WorkFailed>() is var failed ? (failed.Id.Number, failed.Reason) : default);
        Assert.Equal((0, 1), (one.Holds, other.Holds));
        Ready();
        Assert.Equal(2, Pipeline.ExpectMsg<Completed>().Id.Number);
    }

    [Fact]
    public void Should_leave_others_work_alone_when_somebody_names_it()
    {
        Start(lanes: 1);
        Submit(1);

        Board.Tell(new WithdrawWork(Id("street", 1)), CreateTestProbe());

        Silent(Pipeline);
        Ready();
        Pipeline.ExpectMsg<Completed>();
    }

    [Fact]
    public void Should_still_give_up_on_its_submitter_when_one_piece_was_withdrawn_before()
    {
        Start(lanes: 1);
        var stage = CreateTestProbe();
        Submit(1, stage);
        var left = Submit(2, stage);
        Board.Tell(new WithdrawWork(Id("street", 1)), stage);
        stage.ExpectMsg<WorkFailed>();

        Sys.Stop(stage);

        Eventually(() => Assert.Equal(0, left.Holds));
    }

    [Fact]
    public void Should_show_how_long_work_would_wait_when_somebody_asks()
    {
        Start(lanes: 1, Slow);
        var unknown = View();
        Assert.Equal((1, false, null), (unknown.Lanes, Of(unknown).Ready, Of(unknown).Part));
        Ready();
        Submit(1);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Advance(Ms(100));
        Pipeline.ExpectMsg<Completed>();
        Advance(Ms(50));

        Assert.Equal((true, Ms(0), Ms(0), Ms(100)), Of(View()) is var idle ? (idle.Ready, idle.Queue, idle.GuestQueue, idle.Part) : default);
        var before = View().LanesIdle;
        Submit(2);
        Submit(3);
        Submit(4, guest: true);
        Submit(5, guest: true);
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        Advance(Ms(40));

        var busy = View();

        // What runs goes on for 60 ms; one piece of this node's own waits, and two of neighbours'.
        Assert.Equal((Ms(160), Ms(360)), (Of(busy).Queue, Of(busy).GuestQueue));
        Assert.Equal(before, busy.LanesIdle);
    }

    [Fact]
    public void Should_show_why_when_a_model_was_given_up()
    {
        Start(lanes: 1);

        Board.Tell(new ModelUnavailable(Cards.Detector, "no such file"), Model);

        Assert.Equal((false, "no such file"), (Of(View()).Ready, Of(View()).Unavailable));
    }

    private readonly List<MemoryProtocol.ReportDemand> _told = [];

    private (int Total, int Guests, int Own) Told()
    {
        var told = Supervisor.ExpectMsg<MemoryProtocol.ReportDemand>();
        _told.Add(told);
        return (told.Total, told.Guests, told.Own);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static WorkId Id(string pipeline, long number) => new(new PipelineId(pipeline), number);

    private static ModelView Of(BoardView view) => view.Models[Cards.Detector];

    private BoardView View()
    {
        var probe = CreateTestProbe();
        Board.Tell(GetBoardView.Instance, probe);
        return probe.ExpectMsg<BoardView>();
    }
}
