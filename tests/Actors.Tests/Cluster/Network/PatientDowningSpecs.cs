using Akka.Actor;
using Akka.Cluster;
using static ActorPipeline.Cluster.Network.NetworkKit;

namespace ActorPipeline.Cluster.Network;

public sealed class PatientDowningSpecs : IAsyncDisposable
{
    private readonly NetworkKit _kit = new();
    private readonly Cable[] _cables = [new(), new()];

    public async ValueTask DisposeAsync()
    {
        await _kit.DisposeAsync();
        foreach (var cable in _cables) cable.Dispose();
    }

    [Fact]
    public void Should_take_the_other_out_and_go_on_when_two_nodes_lose_each_other()
    {
        var nodes = Wired();
        var (desk, _) = Keeper(nodes[1], "desk");
        var (gateway, got) = Keeper(nodes[0], "gateway");
        gateway.Tell(Far(nodes[0], nodes[1], desk));

        foreach (var cable in _cables) cable.Cut();

        foreach (var node in nodes) Until(() => Of(node).State.Members.Select(m => m.Address).SequenceEqual([Of(node).SelfAddress]), "the other is out of the cluster");
        Until(() => got.OfType<Terminated>().Any(), "those who watch it were told");
        Assert.All(nodes, node => Assert.Equal((MemberStatus.Up, false, false), (Of(node).SelfMember.Status, Of(node).IsTerminated, node.WhenTerminated.IsCompleted)));
    }

    [Fact]
    public void Should_take_the_leader_out_when_it_is_the_one_who_is_lost()
    {
        // The lowest address leads; whoever knocks first, here the others at its cable, opens the one way between two nodes.
        var leader = _kit.Node(_cables[0].Lead(Plain));
        var others = Enumerable.Range(0, 2).Select(_ => _kit.Node(Plain with { Host = "127.0.0.3", SeedNodes = [_cables[0].Seed] })).ToArray();
        UntilUp([leader, .. others]);
        Assert.All(others, node => Assert.Equal(Of(leader).SelfAddress, Of(node).State.Leader));

        _cables[0].Cut();

        foreach (var node in others) Until(() => Of(node).State.Members.All(m => !m.Address.Equals(Of(leader).SelfAddress)), "the leader is out of the cluster");
        foreach (var node in others) Until(() => Of(node).State.Leader?.Host == "127.0.0.3", "there is another leader");
        Assert.All(others, node => Assert.Equal(2, Of(node).State.Members.Count));
    }

    private ActorSystem[] Wired()
    {
        var nodes = _cables.Select(cable => _kit.Node(cable.Lead(Plain) with { SeedNodes = [_cables[0].Seed] })).ToArray();
        UntilUp(nodes);
        return nodes;
    }

    private static void UntilUp(ActorSystem[] nodes)
    {
        foreach (var node in nodes) Until(() => Of(node).State.Members.Count(m => m.Status == MemberStatus.Up) == nodes.Length, "all are up");
    }
}
