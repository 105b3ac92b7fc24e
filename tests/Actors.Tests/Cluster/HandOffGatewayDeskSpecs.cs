using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Desks that have to be opened anew, and found again.</summary>
public sealed class HandOffGatewayDeskSpecs : HandOffGatewayKit
{
    [Fact]
    public void Should_open_anew_when_a_neighbour_can_be_reached_again()
    {
        Start();
        var there = Ready();
        Gateway.Tell(new NodeUnreachable(there.Key), Site);
        Gateway.Tell(new NodeReachable(there.Key), Site);
        Advance(TimeSpan.FromSeconds(1));

        Promise(there with { Epoch = 2 });
        Submit(1);

        Assert.Equal(2, Handed(there).Epoch);
    }

    [Fact]
    public void Should_open_anew_when_what_was_promised_is_void_there()
    {
        Start();
        var there = Ready();
        Submit(1);
        Say(there, new BatchRefused(Handed(there).Batch, "void"));
        ToBoard(1);
        Advance(TimeSpan.FromSeconds(1));

        Promise(there with { Epoch = 2 });
        Submit(2);

        Assert.Equal((2L, 2L), Handed(there) is var part ? (part.Batch, part.Epoch) : default);
    }

    [Fact]
    public void Should_ask_a_desk_that_closed_again_only_after_a_while_unless_it_had_forgotten_this_node()
    {
        Start();
        var there = Meet("there");
        Submit(1);
        there.Probe.ExpectMsg<OpenDesk>();
        Say(there, new DeskClosed("full"));
        Settle();
        Advance(TimeSpan.FromSeconds(4));
        Submit(2);
        Silent(there.Probe);
        Advance(TimeSpan.FromSeconds(1));
        Gateway.Tell(new NodeHeard(there.Says(counter: 2)), Site);
        Submit(3);
        there.Probe.ExpectMsg<OpenDesk>();

        Say(there, new DeskClosed("stranger"));
        Submit(4);

        there.Probe.ExpectMsg<OpenDesk>();
    }

    [Fact]
    public void Should_find_the_desk_again_when_another_gateway_of_the_same_node_has_followed()
    {
        Start();
        var before = Ready();
        Submit(1);
        Handed(before);

        // Its desk died with its gateway; the next one says where it is.
        var after = Make("there") with { Epoch = 1L << 32 };
        Gateway.Tell(new NodeHeard(after.Says(counter: 10)), Site);

        ToBoard(1);
        Advance(TimeSpan.FromSeconds(1));
        Promise(after);
        Submit(2);
        Assert.Equal(2, Handed(after).Batch);
    }

    [Fact]
    public void Should_forget_the_life_before_when_a_node_comes_back_under_its_name()
    {
        Start();
        var before = Ready();
        Submit(1);
        var part = Handed(before);

        var after = Meet("there", 2);

        ToBoard(1);
        Say(before, Answer(part, before, 0, 0));
        Promise(after);
        Submit(2);
        Assert.Equal(2, Handed(after).Batch);
        Silent(Stage);
    }
}
