using ActorPipeline.Cluster;
using ActorPipeline.Cluster.Network;
using ActorPipeline.Pipeline;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Puts ActorPipeline into an actor system.</summary>
public static class ActorPipelineHosting
{
    /// <summary>
    /// Starts <c>/user/actor-pipeline</c> with the system, and drains and unloads it on coordinated shutdown. The root is registered
    /// as <see cref="ActorPipelineRoot"/>; what happens is published on the event stream.
    /// </summary>
    /// <param name="builder">From <c>AddAkka</c>.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="parts">What the actors touch the world through.</param>
    /// <remarks>With <see cref="ClusterSettings.Enabled"/> the system becomes a node; it has to be called as the cluster is.</remarks>
    /// <exception cref="ActorPipeline.Network.NodeIdentityException">The node cannot prove who it is.</exception>
    public static AkkaConfigurationBuilder WithActorPipeline(
        this AkkaConfigurationBuilder builder, ActorPipelineSettings settings, ActorPipelineParts parts)
    {
        settings = settings.ForThisNode();
        // Drain, close the sinks, unload: each has its bound, and they come one after the other.
        var bound = settings.DrainTimeout + PipelineActor.CloseWithin + ActorPipelineRoot.UnloadWithin(settings) + TimeSpan.FromSeconds(5);
        if (settings.Cluster.Enabled) AddNetwork(builder, settings.Cluster);
        return builder
            .AddHocon(Dispatchers(), HoconAddMode.Append)
            .AddHocon(ConfigurationFactory.ParseString(
                $"akka.coordinated-shutdown.phases.before-service-unbind.timeout = {(long)(settings.Cluster.Tls is null ? bound : StrangeCertificate.Longest).TotalMilliseconds}ms"), HoconAddMode.Prepend)
            .WithActors((system, registry, resolver) =>
            {
                var host = resolver.GetService<IHostApplicationLifetime>();
                registry.Register<ActorPipelineRoot>(Start(system, settings, parts, bound, host?.ApplicationStopping ?? CancellationToken.None));
            });
    }

    /// <summary>What a node is lies over everything else that is said of Akka.</summary>
    private static void AddNetwork(AkkaConfigurationBuilder builder, ClusterSettings settings)
    {
        var network = ClusterNetwork.Of(settings);
        builder.AddHocon(network.Config, HoconAddMode.Prepend);
        if (network.Tls is { } tls) builder.AddSetup(tls);
        if (!network.JoinsItself) return;
        builder.AddStartup((system, _) =>
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            cluster.Join(cluster.SelfAddress);
        });
    }

    /// <summary>Starts the tree in a system that has the dispatchers of <see cref="Dispatchers"/>.</summary>
    public static IActorRef Start(ActorSystem system, ActorPipelineSettings settings, ActorPipelineParts parts) =>
        Start(system, settings.ForThisNode(), parts, Timeout.InfiniteTimeSpan, CancellationToken.None);

    private static IActorRef Start(ActorSystem system, ActorPipelineSettings settings, ActorPipelineParts parts, TimeSpan drainBound, CancellationToken stopping)
    {
        var lanes = settings.Serving.Lanes > 0 ? settings.Serving.Lanes : Environment.ProcessorCount;
        var root = system.ActorOf(Props.Create(() => new ActorPipelineRoot(settings, parts, lanes)), "actor-pipeline");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "drain-actor-pipeline", async () =>
        {
            await StrangeCertificate.HoldUpAsync(shutdown, stopping);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            root.Tell(new ShutDown(done));
            await done.Task.WaitAsync(drainBound);
            return Akka.Done.Instance;
        });
        return root;
    }

    /// <summary>The dispatchers that the tree runs on.</summary>
    public static Config Dispatchers()
    {
        using var stream = typeof(ActorPipelineHosting).Assembly.GetManifestResourceStream("ActorPipeline.dispatchers.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
