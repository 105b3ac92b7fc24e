using System.Globalization;
using ActorPipeline.Cluster.Wire;
using Akka.Configuration;

namespace ActorPipeline.Cluster.Network;

/// <summary>What a node's settings mean for Akka. Pure.</summary>
internal static class ClusterAkka
{
    /// <summary>Members, signs of life and what nodes share come by selections of these paths; nothing else may.</summary>
    private static readonly string[] TrustedPaths =
        ["/system/cluster/core/daemon", "/system/cluster/heartbeatReceiver", "/user/ddataReplicator", "/system/remote-watcher", "/user/actor-pipeline/neighbours/desk"];

    /// <summary>How often nodes give a sign of life.</summary>
    public static TimeSpan Heartbeat(ClusterSettings settings) =>
        TimeSpan.FromMilliseconds(Math.Clamp(settings.AcceptablePause.TotalMilliseconds / 3, 250, 1000));

    /// <summary>This node's own address and those of the nodes that it asks; none where it founds a cluster at a port that is not known yet.</summary>
    /// <param name="settings">The node's.</param>
    /// <param name="system">The actor system's name.</param>
    public static IReadOnlyList<string> Seeds(ClusterSettings settings, string system)
    {
        var protocol = settings.Tls is null ? "akka.tcp" : "akka.ssl.tcp";
        if (settings.SeedNodes.Count > 0)
        {
            return [.. settings.SeedNodes.Select(NodeAddress.Split).Select(seed => Invariant($"{protocol}://{system}@{NodeAddress.Bracketed(seed.Host)}:{seed.Port}"))];
        }

        return settings.Port == 0 ? [] : [Invariant($"{protocol}://{system}@{NodeAddress.Bracketed(PublicHost(settings))}:{settings.Port}")];
    }

    /// <summary>All of it; what a user wrote for Akka should lie under it, not over it.</summary>
    /// <param name="settings">The node's.</param>
    /// <param name="system">The actor system's name.</param>
    public static Config Config(ClusterSettings settings, string system) => ConfigurationFactory.ParseString(Text(settings, system));

    /// <inheritdoc cref="Config"/>
    public static string Text(ClusterSettings settings, string system)
    {
        var heartbeat = Heartbeat(settings);
        // A way that is cut without a word is given up, and tried anew, well before the node is.
        var cut = settings.AcceptablePause * 3 is var long3 && long3 > TimeSpan.FromSeconds(10) ? long3 : TimeSpan.FromSeconds(10);
        return $$"""
            akka.actor.provider = cluster
            {{Serializers()}}
            akka.remote {
              # Messages go where their sender holds a reference, as before. What it adds: no selection of any actor of this node but those
              # named, no order to die, no actor made here from there. A safety net behind the serializers, which refuse most of this already.
              untrusted-mode = on
              trusted-selection-paths = [{{List(TrustedPaths)}}]
              log-remote-lifecycle-events = off
              handshake-timeout = 5s
              # An address that could not be reached is tried again after this.
              retry-gate-closed-for = 1s
              transport-failure-detector {
                heartbeat-interval = 2s
                acceptable-heartbeat-pause = {{Ms(cut)}}
              }
              dot-netty.tcp {
                hostname = {{Quoted(NodeAddress.Bracketed(settings.Host))}}
                public-hostname = {{Quoted(NodeAddress.Bracketed(PublicHost(settings)))}}
                port = {{Invariant($"{settings.Port}")}}
                public-port = 0
                dns-use-ipv6 = {{OnOff(PublicHost(settings).Contains(':'))}}
                connection-timeout = 5s
                maximum-frame-size = {{Invariant($"{WireLimits.FrameBytes}")}}b
                send-buffer-size = {{Invariant($"{WireLimits.FrameBytes * 2}")}}b
                receive-buffer-size = {{Invariant($"{WireLimits.FrameBytes * 2}")}}b
                enable-ssl = {{OnOff(settings.Tls is not null)}}
                ssl {
                  suppress-validation = false
                  require-mutual-authentication = true
                  validate-certificate-hostname = false
                }
              }
            }
            akka.cluster {
              roles = [{{List(Roles(settings.Roles))}}]
              seed-nodes = [{{List(Seeds(settings, system))}}]
              seed-node-timeout = 3s
              retry-unsuccessful-join-after = 3s
              # It asks for ever: alone, a node is as useful as without a cluster.
              shutdown-after-unsuccessful-join-seed-nodes = off
              allow-weakly-up-members = 5s
              # Whom the others took out goes on alone; whoever runs it decides whether it should rather start anew.
              run-coordinated-shutdown-when-down = off
              periodic-tasks-initial-delay = 500ms
              gossip-interval = 1s
              leader-actions-interval = 500ms
              unreachable-nodes-reaper-interval = 500ms
              downing-provider-class = {{Quoted(Name(typeof(PatientDowning)))}}
              patient-downing.down-after = {{Ms(settings.DownAfter)}}
              failure-detector {
                # A deadline, not a suspicion that grows: the pause is what the settings say, also after a node stood still once.
                implementation-class = "Akka.Remote.DeadlineFailureDetector, Akka.Remote"
                heartbeat-interval = {{Ms(heartbeat)}}
                acceptable-heartbeat-pause = {{Ms(settings.AcceptablePause)}}
                expected-response-after = 1s
              }
              distributed-data {
                gossip-interval = 1s
                notify-subscribers-interval = 100ms
                # Registers have no deltas.
                delta-crdt.enabled = off
                pruning-interval = 60s
                max-pruning-dissemination = 120s
                pruning-marker-time-to-live = 1h
              }
            }
            akka.coordinated-shutdown {
              # The process, and what it makes of signals, is the host's.
              exit-clr = off
              run-by-clr-shutdown-hook = off
            }
            """;
    }

    /// <summary>
    /// Of Akka's own serializers, those that make objects of types that a message names are refused, and others are narrowed to what nodes need:
    /// whoever is let into the cluster, or speaks its protocol, gets no object made here but those.
    /// </summary>
    private static string Serializers() => $$"""
        akka.actor {
          serializers {
            json = {{Quoted(Name(typeof(RefusingSerializer)))}}
            bytes = {{Quoted(Name(typeof(RefusingSerializer)))}}
            proto = {{Quoted(Name(typeof(RefusingSerializer)))}}
            daemon-create = {{Quoted(Name(typeof(RefusingSerializer)))}}
            reliable-delivery = {{Quoted(Name(typeof(RefusingSerializer)))}}
            akka-misc = {{Quoted(Name(typeof(NarrowMiscMessages)))}}
            akka-system-msg = {{Quoted(Name(typeof(NarrowSystemMessages)))}}
            akka-replicated-data = {{Quoted(Name(typeof(NarrowReplicatedData)))}}
            actor-pipeline-wire = {{Quoted(Name(typeof(WireSerializer)))}}
          }
          serialization-settings {
            json { identifier = 1, refuses = "An object by its type's name" }
            bytes { identifier = 4, refuses = "A bare array of bytes" }
            proto { identifier = 2, refuses = "A protobuf message by its type's name" }
            daemon-create { identifier = 3, refuses = "Making an actor on another node" }
            reliable-delivery { identifier = 36, refuses = "Akka's reliable delivery" }
          }
          serialization-bindings {
            {{Quoted(Name(typeof(ClusterProtocol.IWireMessage)))}} = actor-pipeline-wire
          }
        }
        """;

    private static string PublicHost(ClusterSettings settings) => settings.PublicHost.Length > 0 ? settings.PublicHost : settings.Host;

    private static IEnumerable<string> Roles(NodeRoles roles)
    {
        if (roles.HasFlag(NodeRoles.Capture)) yield return "capture";
        if (roles.HasFlag(NodeRoles.Inference)) yield return "inference";
    }

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private static string List(IEnumerable<string> texts) => string.Join(", ", texts.Select(Quoted));

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string OnOff(bool value) => value ? "on" : "off";

    private static string Ms(TimeSpan time) => Invariant($"{(long)time.TotalMilliseconds}ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
