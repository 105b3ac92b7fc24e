using System.Globalization;
using ActorPipeline.Cluster.Wire;
using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Akka.Event;
using static ActorPipeline.Cluster.NeighboursProtocol;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorPipeline.Cluster;

/// <summary>
/// Knows the other nodes of the cluster, and hears what they say of themselves: each node has a register of its own in distributed data, under a key made
/// of its address. So the number of keys is that of addresses, and who joins anew writes over what it said in a life before.
/// </summary>
internal sealed class SiteDirectory : ReceiveActor
{
    private sealed record Other(UniqueAddress Address)
    {
        /// <summary>What it called itself; null before it was heard.</summary>
        public NodeKey? Node { get; set; }

        public bool Unreachable { get; set; }
    }

    private const int ToldAtOnce = 8;

    private static readonly TimeSpan TellWithin = TimeSpan.FromSeconds(1);

    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly IActorRef _replicator = DistributedData.Get(Context.System).Replicator;
    private readonly Dictionary<Address, Other> _others = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _gateway;
    private readonly LWWRegisterKey<string> _own;
    private NodeSummary? _told;

    /// <param name="gateway">Who is told.</param>
    public SiteDirectory(IActorRef gateway)
    {
        _gateway = gateway;
        _own = KeyOf(_cluster.SelfAddress);
        Receive<TellSummary>(tell => Publish(_told = tell.Summary));
        Receive<ClusterEvent.CurrentClusterState>(OnState);
        Receive<ClusterEvent.MemberRemoved>(removed => OnGone(removed.Member.UniqueAddress));
        Receive<ClusterEvent.IMemberEvent>(change => OnMember(change.Member));
        Receive<ClusterEvent.UnreachableMember>(silent => OnReach(silent.Member, reachable: false));
        Receive<ClusterEvent.ReachableMember>(back => OnReach(back.Member, reachable: true));
        Receive<Changed>(OnChanged);
        Receive<IUpdateResponse>(OnUpdated);
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.ReachableMember));
        _replicator.Tell(Dsl.Subscribe(_own, Self));
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void OnState(ClusterEvent.CurrentClusterState state)
    {
        foreach (var member in state.Members) OnMember(member);
        foreach (var member in state.Unreachable) OnReach(member, reachable: false);
    }

    private void OnMember(Member member)
    {
        if (member.UniqueAddress == _cluster.SelfUniqueAddress) return;
        if (_others.TryGetValue(member.Address, out var known))
        {
            if (known.Address == member.UniqueAddress) return;
            OnGone(known.Address);
        }
        _others[member.Address] = new Other(member.UniqueAddress);
        _replicator.Tell(Dsl.Subscribe(KeyOf(member.Address), Self));
    }

    private void OnGone(UniqueAddress address)
    {
        if (!_others.TryGetValue(address.Address, out var other) || other.Address != address) return;
        _others.Remove(address.Address);
        _replicator.Tell(Dsl.Unsubscribe(KeyOf(address.Address), Self));
        if (other.Node is { } node) _gateway.Tell(new NodeGone(node));
    }

    private void OnReach(Member member, bool reachable)
    {
        OnMember(member);
        if (!_others.TryGetValue(member.Address, out var other) || other.Address != member.UniqueAddress || other.Unreachable == !reachable) return;
        other.Unreachable = !reachable;
        if (other.Node is { } node) _gateway.Tell(reachable ? new NodeReachable(node) : new NodeUnreachable(node));
    }

    private void OnChanged(Changed changed)
    {
        if (changed.Data is not LWWRegister<string> register) return;
        var summary = NodeSummaryText.Read(register.Value);
        if (changed.Key.Id == _own.Id)
        {
            // What a life before said of this address came back: what this one says has to be the newest.
            if (summary is not null && _told is { } told && summary.Node != told.Node) Publish(told);
            return;
        }
        if (summary is null)
        {
            _log.Debug("What {Key} says is not understood", changed.Key.Id);
            return;
        }
        // Nobody speaks for another.
        if (!ActorPath.TryParse(summary.Address, out var path) || KeyOf(path.Address).Id != changed.Key.Id) return;
        if (!_others.TryGetValue(path.Address, out var other) || other.Address.Uid != summary.Node.Incarnation) return;
        other.Node = summary.Node;
        _gateway.Tell(new NodeHeard(summary));
        if (other.Unreachable) _gateway.Tell(new NodeUnreachable(summary.Node));
    }

    /// <summary>The register's clock only counts: no two nodes' clocks are compared.</summary>
    private void Publish(NodeSummary summary)
    {
        var (self, text) = (_cluster.SelfUniqueAddress, NodeSummaryText.Of(summary));
        _replicator.Tell(Dsl.Update(
            _own, new LWWRegister<string>(self, "", static (_, _) => 0), Spread(), register => register.WithValue(self, text, static (before, _) => before + 1)));
    }

    /// <summary>Registers go round by gossip, to one node a second; the first few are told at once.</summary>
    private IWriteConsistency Spread() => _others.Count switch
    {
        0 => WriteLocal.Instance,
        <= ToldAtOnce => new WriteAll(TellWithin),
        _ => new WriteTo(ToldAtOnce, TellWithin),
    };

    private void OnUpdated(IUpdateResponse response)
    {
        // Who could not be told at once hears it by gossip.
        if (!response.IsSuccessful && response is not UpdateTimeout) _log.Warning("This node could not speak of itself: {Response}", response);
    }

    private static LWWRegisterKey<string> KeyOf(Address address) => new(string.Create(CultureInfo.InvariantCulture, $"node/{address.Host}:{address.Port}"));
}
