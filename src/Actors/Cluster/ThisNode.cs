using System.Globalization;
using ActorPipeline.Cluster.Wire;
using Akka.Actor;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorPipeline.Cluster;

/// <summary>Which life of which node this process is.</summary>
internal static class ThisNode
{
    /// <summary>By the node's configured name, or by its address; and by the number that Akka gave this life of the actor system.</summary>
    public static NodeKey Of(ActorSystem system, ClusterSettings settings)
    {
        var self = AkkaCluster.Get(system).SelfUniqueAddress;
        return new NodeKey(settings.Node.Length > 0 ? settings.Node : NameOf(self.Address.Host, self.Address.Port), self.Uid);
    }

    /// <summary>The name of a node that has none but its address.</summary>
    public static string NameOf(string? host, int? port)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{host}-{port}");
        var name = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));
        return name.Length <= WireLimits.Name ? name : name[^WireLimits.Name..];
    }
}
