using System.Net.Sockets;
using ActorPipeline.Cluster;
using ActorPipeline.Network;

namespace ActorPipeline.Hosting.Running;

/// <summary>Why a node could not start, where that is its configuration's fault or the machine's: Akka tells it with many exceptions around.</summary>
internal static class NodeFault
{
    /// <summary>In a sentence; null where it is something else.</summary>
    /// <param name="fault">What came of the start.</param>
    /// <param name="settings">The node's.</param>
    public static string? Of(Exception fault, ClusterSettings settings) => fault switch
    {
        _ when !settings.Enabled => null,
        NodeIdentityException identity => $"actor-pipeline.cluster.tls: {identity.Message}",
        SocketException socket => $"actor-pipeline.cluster: it cannot listen on {settings.Host}:{settings.Port}: {socket.Message}",
        AggregateException all => all.InnerExceptions.Select(inner => Of(inner, settings)).FirstOrDefault(why => why is not null),
        { InnerException: { } inner } => Of(inner, settings),
        _ => null,
    };
}
