using Akka.Actor;
using Akka.Cluster;
using static ActorPipeline.Cluster.Network.NetworkKit;

namespace ActorPipeline.Cluster.Network;

public sealed class PatientDowningSpecs : IAsyncDisposable
{
    private readonly NetworkKit _kit = new();
    private readonly Cable[] _cables = [new(), new(), new()];

    public async ValueTask DisposeAsync()
    {
        await _kit.DisposeAsync();
        foreach (var cable in _cables) cable.Dispose();
    }

    [Fact]
    public void Should_take_the_other_out_and_go_on_when_two_nodes_lose_each_other()
    {
        var nodes = Wired(2);
        var (desk, _) = Keeper(nodes[1], "desk");
        var (gateway, got) = Keeper(nodes[0], "gateway");
        gateway.Tell(Far(nodes[0], nodes[1], desk));

        foreach (var cable in _cables) cable.Cut();

        foreach (var node in nodes) Until(() => Of(node).State.Unreachable.Count == 1, "the other is out of reach");
        foreach (var node in nodes) Until(() => Of(node).State.Members.Select(m => m.Address).SequenceEqual([Of(node).SelfAddress]), "the other is out of the cluster");
        Until(() => got.OfType<Terminated>().Any(t => t.AddressTerminated), "those who watch it were told");
        Assert.All(nodes, node => Assert.Equal((MemberStatus.Up, false, false), (Of(node).SelfMember.Status, Of(node).IsTerminated, node.WhenTerminated.IsCompleted)));
    }

    [Fact]
    public void Should_take_the_leader_out_when_it_is_the_one_who_is_lost()
    {
        var nodes = Wired(3);
        var leader = nodes.Single(node => Of(node).State.Leader.Equals(Of(node).SelfAddress));
        var rest = nodes.Except([leader]).ToArray();

        // The others reach it no more; and what it says to them has to go by their cables. One cut is enough: its answers are lost.
        _cables[Array.IndexOf(nodes, leader)].Cut();

        foreach (var node in rest) Until(() => Of(node).State.Members.All(m => !m.Address.Equals(Of(leader).SelfAddress)), "the leader is out of the cluster");
        Assert.All(rest, node => Assert.Equal(2, Of(node).State.Members.Count));
    }

    private ActorSystem[] Wired(int count)
    {
        var nodes = _cables.Take(count).Select(cable => _kit.Node(cable.Lead(Plain))).ToArray();
        foreach (var node in nodes) Of(node).Join(Of(nodes[0]).SelfAddress);
        foreach (var node in nodes) Until(() => Of(node).State.Members.Count(m => m.Status == MemberStatus.Up) == count, "all are up");
        return nodes;
    }
}
