using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorPipeline.Cluster.Network;

/// <summary>
/// Takes nodes out of the cluster as <see cref="Patience{TNode}"/> says. Every node does, not the leader alone: the leader may be the one cut
/// off. Akka's own resolvers are for clusters that must not split, and have the smaller half (of two: one) take itself out; here that would
/// stop cameras for nothing. Named in the configuration.
/// </summary>
/// <param name="system">Whose.</param>
/// <param name="cluster">Its cluster.</param>
internal sealed class PatientDowning(ActorSystem system, AkkaCluster cluster) : IDowningProvider
{
    /// <summary>Where the time stands that a node may be out of reach.</summary>
    public const string DownAfter = "akka.cluster.patient-downing.down-after";

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    /// <inheritdoc/>
    public Props DowningActorProps
    {
        get
        {
            var downAfter = system.Settings.Config.GetTimeSpan(DownAfter);
            var pause = cluster.Settings.FailureDetectorConfig.GetTimeSpan("acceptable-heartbeat-pause");
            return Props.Create(() => new PatientDowningActor(downAfter, pause));
        }
    }
}

/// <summary>Carries out what <see cref="Patience{TNode}"/> decides.</summary>
internal sealed class PatientDowningActor : ReceiveActor, IWithTimers
{
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Patience<UniqueAddress> _patience;
    private readonly IScheduler _clock = Context.System.Scheduler;
    private readonly TimeSpan _downAfter;
    private readonly TimeSpan _pause;

    public PatientDowningActor(TimeSpan downAfter, TimeSpan pause)
    {
        (_downAfter, _pause) = (downAfter, pause);
        _patience = new Patience<UniqueAddress>(_cluster.SelfUniqueAddress, downAfter, pause);
        Receive<ClusterEvent.UnreachableMember>(e => Lost(e.Member));
        Receive<ClusterEvent.ReachableMember>(e => Forget(e.Member));
        Receive<ClusterEvent.MemberRemoved>(e => Forget(e.Member));
        Receive<Look>(_ => TakeOut());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.MemberRemoved));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Lost(Member member)
    {
        _patience.Lost(member.UniqueAddress, _clock.MonotonicClock);
        if (_patience.Waits && !Timers.IsTimerActive(Look.Instance)) Timers.StartPeriodicTimer(Look.Instance, Look.Instance, _pause / 4);
    }

    private void Forget(Member member)
    {
        _patience.Forget(member.UniqueAddress);
        if (!_patience.Waits) Timers.Cancel(Look.Instance);
    }

    private void TakeOut()
    {
        foreach (var node in _patience.Look(_clock.MonotonicClock))
        {
            // By address alone: another life of the node that came to the same address meanwhile must not be meant.
            if (!_cluster.State.Unreachable.Any(m => m.UniqueAddress.Equals(node))) continue;
            _log.Warning("Node {0} has been out of reach for {1}: it is taken out of the cluster, and has to be started anew to come back", node.Address, _downAfter);
            _cluster.Down(node.Address);
        }
    }

    private sealed class Look : INotInfluenceReceiveTimeout
    {
        public static readonly Look Instance = new();
    }
}
