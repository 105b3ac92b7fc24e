using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Neighbours that refuse, fail, fall silent, go, or say what is wrong.</summary>
public sealed class HandOffGatewayFaultSpecs : HandOffGatewayKit
{
    private static readonly ModelView Never = new(Ready: false, "too large", TimeSpan.Zero, TimeSpan.Zero, null);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_have_the_board_do_it_for_the_stage_when_a_neighbour_refuses_or_fails(bool refuses)
    {
        Start();
        var there = Ready();
        Submit(1);
        var part = Handed(there);

        Say(there, refuses ? new BatchRefused(part.Batch, "full") : new BatchFailed(part.Batch, "run-failed", "broken"));

        ToBoard(1);
        Assert.Equal(0, Outstanding);
        Silent(Stage);
    }

    [Fact]
    public void Should_leave_a_neighbour_alone_for_a_while_when_it_refused()
    {
        Start();
        var there = Ready();
        Submit(1);
        Say(there, new BatchRefused(Handed(there).Batch, "full"));
        ToBoard(1);

        Submit(2);
        ToBoard(2);
        Advance(Ms(60));
        Submit(3);

        Assert.Equal(2, Handed(there).Batch);
    }

    [Fact]
    public void Should_give_up_at_its_bound_and_drop_what_comes_later_when_no_answer_comes()
    {
        Start();
        var there = Ready();
        var work = Submit(1);
        var part = Handed(there);
        Settle();

        Advance(Ms(240));
        Silent(Board);
        Advance(Ms(10));

        Assert.Equal(part.Batch, there.Probe.FishForMessage<WithdrawBatch>(static _ => true, TimeSpan.FromSeconds(10)).Batch);
        ToBoard(1);
        Say(there, Answer(part, there, 3, 3));
        Settle();
        Silent(Stage);
        Assert.True(work.LabelsOf(0).IsEmpty);
    }

    [Fact]
    public void Should_try_another_neighbour_when_the_first_does_not_answer_and_this_node_cannot()
    {
        Here = Never;
        Start();
        Neighbour[] both = Promise([Meet("one"), Meet("other")]);
        Submit(1);
        var first = FirstHanded(both);
        var second = both.Single(n => n != first);
        Settle();

        Advance(Ms(1000));

        Say(second, Answer(Handed(second), second, 1, 1));
        Assert.Equal(second.Key.Name, Stage.ExpectMsg<Completed>().Node);
        Assert.Equal(0, Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_have_the_board_do_it_when_the_neighbour_cannot_be_reached_or_is_gone(bool gone)
    {
        Start();
        var there = Ready();
        Submit(1);
        var part = Handed(there);

        Gateway.Tell(gone ? new NodeGone(there.Key) : new NodeUnreachable(there.Key), Site);

        ToBoard(1);
        Say(there, Answer(part, there, 3, 3));
        Submit(2);
        ToBoard(2);
        Silent(Stage);
    }

    [Fact]
    public void Should_say_that_the_neighbour_is_lost_when_it_is_gone_and_this_node_cannot()
    {
        Here = Never;
        Start();
        var there = Ready();
        Submit(1);
        Handed(there);

        Gateway.Tell(new NodeGone(there.Key), Site);

        Assert.Equal("neighbour-lost", Failed(1).Reason);
        Assert.Equal(0, Outstanding);
        Silent(Board);
    }

    [Fact]
    public void Should_do_nothing_when_a_neighbour_says_what_is_not_understood()
    {
        Start();
        var there = Ready();
        Submit(1);
        var part = Handed(there);

        Say(there, new NotUnderstood("rubbish"));
        Say(there, Answer(part, there, 0, 0));

        Stage.ExpectMsg<Completed>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Should_have_the_board_do_it_when_an_answer_has_another_number_of_crops(int crops)
    {
        Start();
        var there = Ready();
        Submit(1, crops: 2);

        Say(there, Answer(Handed(there), there, new int[crops]));

        ToBoard(1);
        Silent(Stage);
        Submit(2);
        ToBoard(2);
    }

    [Fact]
    public void Should_not_listen_when_a_sender_is_not_the_neighbours_desk()
    {
        Start();
        var (there, other) = (Ready(), Meet("other"));
        Submit(1);
        var part = Handed(there);
        var stranger = CreateTestProbe();

        foreach (var sender in new[] { stranger.Ref, other.Desk })
        {
            Gateway.Tell(Answer(part, there, 9, 9), sender);
            Gateway.Tell(new BatchRefused(part.Batch, "full"), sender);
            Gateway.Tell(new BatchFailed(part.Batch, "run-failed", ""), sender);
            Gateway.Tell(new DeskClosed("leaving"), sender);
            Gateway.Tell(new CreditGranted(5, 1 << 20, TimeSpan.FromSeconds(4)), sender);
            Gateway.Tell(new Pong(0), sender);
        }
        Say(there, Answer(part, other, 9, 9));
        Settle();

        Silent(Stage);
        Silent(Board);
        Assert.Equal(1, Outstanding);
        Say(there, Answer(part, there, 0, 0));
        Stage.ExpectMsg<Completed>();
    }

    private static Neighbour FirstHanded(Neighbour[] neighbours)
    {
        for (var i = 0; i < 100; i++)
        {
            foreach (var node in neighbours)
                if (node.Probe.ReceiveOne(TimeSpan.FromMilliseconds(50)) is BatchPart) return node;
        }
        throw new InvalidOperationException("Nobody got it.");
    }
}
