using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.DistributedData;
using Akka.Event;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorPipeline.Cluster.Network;

/// <summary>Real actor systems of one process, on free ports of loopback.</summary>
internal sealed class NetworkKit : IAsyncDisposable
{
    /// <summary>Far more than anything here takes; what takes longer has failed.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    private const string Quiet = "akka { stdout-loglevel = OFF, loglevel = WARNING, loggers = [\"ActorPipeline.Cluster.Network.NetworkKit+Log, ActorPipeline.Actors.Tests\"] }";

    private readonly List<ActorSystem> _systems = [];

    public static ClusterSettings Plain { get; } = new() { Enabled = true, Name = "site", Port = 0, AcceptablePause = TimeSpan.FromSeconds(1), DownAfter = TimeSpan.FromSeconds(1) };

    /// <summary>A node that is not yet part of any cluster.</summary>
    public ActorSystem Node(ClusterSettings? settings = null)
    {
        var network = ClusterNetwork.Of(settings ?? Plain);
        return Start((settings ?? Plain).Name, network.Config, network.Tls);
    }

    /// <summary>A system that knows nothing of this project.</summary>
    public ActorSystem Stranger(string config = "", string name = "site") => Start(name, ConfigurationFactory.ParseString(config).WithFallback("""
        akka { actor.provider = cluster, remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
        """));

    /// <summary>Nodes of one cluster, each of which knows the others to be up.</summary>
    public ActorSystem[] Together(int count, ClusterSettings? settings = null)
    {
        var nodes = Enumerable.Range(0, count).Select(_ => Node(settings)).ToArray();
        foreach (var node in nodes) Of(node).Join(Of(nodes[0]).SelfAddress);
        foreach (var node in nodes) Until(() => Of(node).State.Members.Count(m => m.Status == MemberStatus.Up) == count, "all are up");
        return nodes;
    }

    public static AkkaCluster Of(ActorSystem system) => AkkaCluster.Get(system);

    public static void Until(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, Bound)) Assert.Fail($"did not come true: {what}");
    }

    /// <summary>What a system warns of comes by a way of its own, maybe later.</summary>
    public static void UntilWarned(ActorSystem system, params string[] parts) => Until(
        () => Warnings(system).Any(w => parts.All(part => w.Contains(part, StringComparison.Ordinal))), $"'{parts[0]}' among\n{string.Join('\n', Warnings(system))}");

    public static IReadOnlyCollection<string> Warnings(ActorSystem system) => Log.Of(system);

    /// <summary>An actor that keeps what it gets.</summary>
    public static (IActorRef Actor, System.Collections.Concurrent.ConcurrentQueue<object> Got) Keeper(ActorSystem system, string name)
    {
        var got = new System.Collections.Concurrent.ConcurrentQueue<object>();
        return (system.ActorOf(Props.Create(() => new KeepingActor(got)), name), got);
    }

    /// <summary>A reference that was not looked up, as nodes have them from each other's summaries.</summary>
    public static IActorRef Far(ActorSystem from, ActorSystem to, IActorRef actor) =>
        ((ExtendedActorSystem)from).Provider.ResolveActorRef(actor.Path.ToStringWithAddress(((ExtendedActorSystem)to).Provider.DefaultAddress));

    public async ValueTask DisposeAsync() => await Task.WhenAll(_systems.Select(s => s.Terminate()));

    private ActorSystem Start(string name, Config config, Setup? setup = null)
    {
        var bootstrap = BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(
            Quiet + "\nakka.coordinated-shutdown { run-by-actor-system-terminate = off, run-by-clr-shutdown-hook = off }").WithFallback(config));
        var system = ActorSystem.Create(name, setup is null ? ActorSystemSetup.Create(bootstrap) : bootstrap.And(setup));
        _systems.Add(system);
        return system;
    }

    private sealed class KeepingActor : UntypedActor
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<object> _got;

        public KeepingActor(System.Collections.Concurrent.ConcurrentQueue<object> got) => _got = got;

        protected override void OnReceive(object message)
        {
            if (message is IActorRef watched) Context.Watch(watched);
            else _got.Enqueue(message);
        }
    }

    /// <summary>Keeps warnings and errors by system.</summary>
    internal sealed class Log : ReceiveActor
    {
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<ActorSystem, System.Collections.Concurrent.ConcurrentQueue<string>> All = new();

        public Log()
        {
            var mine = All.GetOrAdd(Context.System, _ => new());
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<LogEvent>(e => mine.Enqueue(e.Cause is null ? e.ToString() : $"{e} {e.Cause}"));
        }

        public static IReadOnlyCollection<string> Of(ActorSystem system) => All.TryGetValue(system, out var log) ? log : [];
    }
}
