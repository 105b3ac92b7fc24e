using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.Network.NetworkKit;

namespace ActorPipeline.Cluster.Network;

public sealed class ClusterNetworkSpecs : IAsyncDisposable
{
    private readonly NetworkKit _kit = new();

    public ValueTask DisposeAsync() => _kit.DisposeAsync();

    [Fact]
    public void Should_share_a_register_when_three_nodes_are_one_cluster()
    {
        var nodes = _kit.Together(3);
        var key = new LWWRegisterKey<string>("summary/a");
        var heard = nodes.Select(node => Keeper(node, "heard")).ToArray();
        foreach (var (node, (actor, _)) in nodes.Zip(heard)) DistributedData.Get(node).Replicator.Tell(Dsl.Subscribe(key, actor));

        DistributedData.Get(nodes[0]).Replicator.Tell(Dsl.Update(
            key, new LWWRegister<string>(Of(nodes[0]).SelfUniqueAddress, ""), WriteLocal.Instance, old => old.WithValue(Of(nodes[0]).SelfUniqueAddress, "all is well")));

        foreach (var (_, got) in heard) Until(() => got.OfType<Changed>().Any(c => c.Get(key).Value == "all is well"), "each heard of it");
        Assert.All(nodes, node => Assert.DoesNotContain(Warnings(node), w => w.Contains("refused", StringComparison.Ordinal)));
    }

    [Fact]
    public void Should_hear_the_roles_of_others_when_they_join()
    {
        var (first, second) = (_kit.Node(), _kit.Node(Plain with { Roles = NodeRoles.Inference }));
        foreach (var node in new[] { first, second }) Of(node).Join(Of(first).SelfAddress);

        Until(() => Of(first).State.Members.Any(m => m.Roles.SetEquals(["inference"])), "its role is known");
    }

    [Fact]
    public void Should_carry_a_message_of_the_protocol_whole()
    {
        var nodes = _kit.Together(2);
        var (actor, got) = Keeper(nodes[1], "desk");

        Far(nodes[0], nodes[1], actor).Tell(Wire.WireKit.Part);

        Until(() => !got.IsEmpty, "it arrived");
        Assert.Equal(Wire.WireKit.Text(Wire.WireKit.Part), Wire.WireKit.Text(got.Single()));
    }

    [Fact]
    public void Should_carry_the_largest_part_there_is()
    {
        var nodes = _kit.Together(2);
        var (actor, got) = Keeper(nodes[1], "desk");

        Far(nodes[0], nodes[1], actor).Tell(Wire.WireKit.Part with { Data = new byte[Wire.WireLimits.PartBytes] });

        Until(() => got.OfType<BatchPart>().Any(part => part.Data.Length == Wire.WireLimits.PartBytes), "it arrived");
    }

    [Fact]
    public void Should_hear_of_an_actors_end_when_it_watches_it_over_there()
    {
        var nodes = _kit.Together(2);
        var (desk, _) = Keeper(nodes[1], "desk");
        var (gateway, got) = Keeper(nodes[0], "gateway");
        var far = Far(nodes[0], nodes[1], desk);
        gateway.Tell(far);
        far.Tell(new Ping(1), gateway);

        desk.Tell(PoisonPill.Instance);

        Until(() => got.OfType<Terminated>().Any(t => t.ActorRef.Equals(far)), "its end was told");
    }

    [Fact]
    public void Should_reach_each_other_when_addresses_are_of_version_six()
    {
        if (!System.Net.Sockets.Socket.OSSupportsIPv6 || !System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses).Any(a => a.Address.Equals(System.Net.IPAddress.IPv6Loopback))) return;

        Assert.Equal("[::1]", Of(_kit.Together(2, Plain with { Host = "::1" })[0]).SelfAddress.Host);
    }

    [Fact]
    public void Should_leave_in_order_when_it_is_told_to()
    {
        var nodes = _kit.Together(2);

        Of(nodes[1]).Leave(Of(nodes[1]).SelfAddress);

        Until(() => Of(nodes[0]).State.Members.Count == 1 && Of(nodes[1]).IsTerminated, "it left");
        Assert.False(nodes[0].WhenTerminated.IsCompleted);
    }
}
