using ActorPipeline.Support;
using Akka.Actor;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Work that is not wanted any more, and those that end.</summary>
public sealed class HandOffGatewayEndSpecs : HandOffGatewayKit
{
    private static readonly ModelView Never = new(Ready: false, "too large", TimeSpan.Zero, TimeSpan.Zero, null);

    [Fact]
    public void Should_answer_what_a_neighbour_has_once_when_all_is_withdrawn()
    {
        Start();
        var there = Ready();
        Submit(1);
        var part = Handed(there);

        Gateway.Tell(new WithdrawWork(), Stage);

        Assert.Equal("withdrawn", Failed(1).Reason);
        Assert.Equal(0, Outstanding);
        Assert.Equal(part.Batch, there.Probe.FishForMessage<WithdrawBatch>(static _ => true, TimeSpan.FromSeconds(10)).Batch);
        Assert.Null(Board.ExpectMsg<WithdrawWork>().Only);
        Assert.Equal(Stage.Ref, Board.LastSender);
        Say(there, Answer(part, there, 0, 0));
        Settle();
        Silent(Stage);
    }

    [Fact]
    public void Should_answer_what_waits_for_a_place_when_it_is_withdrawn()
    {
        Start();
        Meet("there");
        // The board says nothing yet.
        Board.SetAutoPilot(Akka.TestKit.NoAutoPilot.Instance);
        Submit(1);
        Submit(2);
        Submit(3, from: Board);

        Gateway.Tell(new WithdrawWork(Id(2)), Stage);
        Assert.Equal("withdrawn", Failed(2).Reason);
        Silent(Stage);
        Gateway.Tell(new WithdrawWork(), Stage);

        Assert.Equal("withdrawn", Failed(1).Reason);
        Assert.Equal(1, Outstanding);
    }

    [Fact]
    public void Should_answer_what_waits_for_a_neighbours_room_when_it_is_withdrawn()
    {
        Here = Never;
        Start();
        var there = Meet("there");
        Submit(1);
        there.Probe.ExpectMsg<OpenDesk>();
        Settle();

        Gateway.Tell(new WithdrawWork(), Stage);

        Assert.Equal("withdrawn", Failed(1).Reason);
        Assert.Equal(0, Outstanding);
        Advance(Ms(10));
        Settle();
        Silent(Stage);
    }

    [Fact]
    public void Should_take_back_only_what_is_meant_when_one_piece_is_withdrawn()
    {
        Start();
        var both = Promise([Meet("one"), Meet("other")]);
        Submit(2);
        Submit(3);
        foreach (var there in both) Handed(there);

        Gateway.Tell(new WithdrawWork(Id(2)), Stage);

        Failed(2);
        Silent(Stage);
        Assert.Equal(1, Outstanding);
    }

    [Fact]
    public void Should_let_go_and_tell_the_neighbour_when_the_stage_dies()
    {
        Start();
        var there = Ready();
        var stage = CreateTestProbe();
        Submit(1, from: stage);
        var part = Handed(there);

        Sys.Stop(stage);

        Assert.Equal(part.Batch, there.Probe.FishForMessage<WithdrawBatch>(static _ => true, TimeSpan.FromSeconds(10)).Batch);
        Eventually(() => Assert.Equal(0, Outstanding));
    }

    [Fact]
    public void Should_let_go_of_everything_when_it_dies()
    {
        Start();
        var there = Ready();
        Submit(1);
        Handed(there);
        Settle();
        Board.SetAutoPilot(Akka.TestKit.NoAutoPilot.Instance);
        Submit(2);
        Watch(Gateway);

        Sys.Stop(Gateway);

        ExpectTerminated(Gateway);
        Assert.Equal(0, Outstanding);
    }

    [Fact]
    public void Should_let_go_of_what_waits_for_a_neighbours_room_when_it_dies()
    {
        Here = Never;
        Start();
        var there = Meet("there");
        Submit(1);
        there.Probe.ExpectMsg<OpenDesk>();
        Settle();
        Watch(Gateway);

        Sys.Stop(Gateway);

        ExpectTerminated(Gateway);
        Assert.Equal(0, Outstanding);
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("reporter")]
    public void Should_die_too_when_a_child_does(string child)
    {
        Start(NodeRoles.Capture | NodeRoles.Inference);
        Settle();
        Watch(Gateway);

        Sys.ActorSelection(Gateway.Path / child).Tell(Kill.Instance);

        ExpectTerminated(Gateway);
    }

    [Fact]
    public void Should_have_no_desk_and_leave_at_once_when_it_takes_nothing()
    {
        Start(NodeRoles.Capture);

        Gateway.Tell(new AllocateDesk(0), Stage);
        Stage.ExpectMsg<DeskReady>();
        Gateway.Tell(new LeaveNeighbours(), Stage);

        Stage.ExpectMsg<NeighboursLeft>();
        Sys.ActorSelection(Gateway.Path / "desk").Tell(new Identify(1), TestActor);
        Assert.Null(ExpectMsg<ActorIdentity>().Subject);
    }

    [Fact]
    public void Should_have_the_desk_allocate_and_leave_when_the_root_says_so()
    {
        Start(NodeRoles.Inference);

        Gateway.Tell(new AllocateDesk(CropBytes), Stage);
        Stage.ExpectMsg<DeskReady>();
        Gateway.Tell(new LeaveNeighbours(), Stage);

        Stage.ExpectMsg<NeighboursLeft>();
    }
}
