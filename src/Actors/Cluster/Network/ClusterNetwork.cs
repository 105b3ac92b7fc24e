using System.Security.Cryptography.X509Certificates;
using ActorPipeline.Network;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace ActorPipeline.Cluster.Network;

/// <summary>What an actor system needs to be a node: goes over what the user wrote for Akka, and into the system's setup.</summary>
/// <param name="Config">For Akka; no other may override it.</param>
/// <param name="Tls">The node's certificate and whom it believes; null without TLS.</param>
/// <param name="JoinsItself">Whether the node founds a cluster at a port that is known only when it listens: it has to join its own address then.</param>
public sealed record ClusterNetwork(Config Config, Setup? Tls, bool JoinsItself)
{
    /// <summary>Reads certificates where there are any; nothing listens yet.</summary>
    /// <param name="settings">The node's.</param>
    /// <param name="system">The actor system's name, the same on each node; null for the cluster's.</param>
    /// <exception cref="NodeIdentityException">The node cannot prove who it is, or would not know whom to believe; or it would listen beyond loopback without either, and was not told to.</exception>
    public static ClusterNetwork Of(ClusterSettings settings, string? system = null)
    {
        if (settings.Tls is null && Exposure(settings) is { } exposure) throw new NodeIdentityException($"actor-pipeline.cluster.host: {exposure}");
        var name = system ?? settings.Name;
        return new ClusterNetwork(ClusterAkka.Config(settings, name), settings.Tls is { } tls ? Identify(tls) : null, ClusterAkka.Seeds(settings, name).Count == 0);
    }

    /// <summary>What is wrong with listening there without TLS; null where nothing is.</summary>
    internal static string? Exposure(ClusterSettings settings) => settings.InsecureNetwork || NodeAddress.IsLoopback(settings.Host)
        ? null
        : $"'{settings.Host}' is reached from other machines, and there is no tls: everybody who reaches the port could send crops, and stop the node. "
            + "Write tls { certificate = \"node.p12\", authority = \"authority.crt\" }, or insecure-network = on where nobody else is on that network";

    private static DotNettySslSetup Identify(ClusterTlsSettings tls)
    {
        var identity = NodeIdentity.Load(tls.Certificate, tls.Password, tls.Authority);
        return new DotNettySslSetup(
            identity.Certificate, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false,
            customValidator: (peer, chain, remote, _, log) =>
            {
                // What the runtime found by the machine's own authorities counts for nothing either way.
                if (identity.Accepts(peer, Sent(chain))) return true;
                log.Warning("Refused {0}: its certificate ({1}) is not of this cluster's authority, or not valid now", remote, peer?.Subject ?? "none");
                return false;
            });
    }

    private static X509Certificate2Collection Sent(X509Chain? chain) => chain is null ? [] : chain.ChainPolicy.ExtraStore;
}
