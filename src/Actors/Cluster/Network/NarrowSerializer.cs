using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.DistributedData.Serialization;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Akka.Util;

namespace ActorPipeline.Cluster.Network;

/// <summary>Of what one of Akka's serializers understands, what nodes need of each other; the rest is refused both ways.</summary>
/// <param name="system">Whose.</param>
/// <param name="identifier">That of the serializer behind.</param>
/// <param name="allowed">Manifests that pass.</param>
internal abstract class NarrowSerializer(ExtendedActorSystem system, int identifier, params string[] allowed) : SerializerWithStringManifest(system)
{
    /// <inheritdoc/>
    public override int Identifier => identifier;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It does not pass.</exception>
    public override string Manifest(object o) => Allowed(ManifestOf(o));

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It does not pass.</exception>
    public override byte[] ToBinary(object obj)
    {
        Allowed(ManifestOf(obj));
        return Write(obj);
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It does not pass.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => Read(bytes, Allowed(manifest));

    /// <summary>What Akka calls it.</summary>
    protected abstract string ManifestOf(object message);

    /// <summary>To the wire.</summary>
    protected abstract byte[] Write(object message);

    /// <summary>From the wire; the manifest passes.</summary>
    protected abstract object Read(byte[] bytes, string manifest);

    private string Allowed(string manifest) => allowed.Contains(manifest, StringComparer.Ordinal)
        ? manifest
        : throw new SerializationException($"'{Wire.WireChecks.Clip(manifest ?? "", 80)}' (serializer {Identifier}) does not cross the wire between nodes, and is refused.");
}

/// <summary>
/// References to actors, who they are, and signs of life. Not: failures (Akka makes the exception that is named), configurations,
/// routers, and the orders to die.
/// </summary>
internal sealed class NarrowMiscMessages(ExtendedActorSystem system) : NarrowSerializer(system, 16, "ID", "AID", "AR", "RWHB", "RWHR")
{
    private readonly MiscMessageSerializer _inner = new(system);

    /// <inheritdoc/>
    protected override string ManifestOf(object message) => _inner.Manifest(message);

    /// <inheritdoc/>
    protected override byte[] Write(object message) => _inner.ToBinary(message);

    /// <inheritdoc/>
    protected override object Read(byte[] bytes, string manifest) => _inner.FromBinary(bytes, manifest);
}

/// <summary>Watching actors. Not: creating, failing (Akka makes the exception that is named), suspending and ending others'.</summary>
internal sealed class NarrowSystemMessages(ExtendedActorSystem system) : NarrowSerializer(system, 22, [.. Types.Keys])
{
    private static readonly Dictionary<string, Type> Types =
        new[] { typeof(Watch), typeof(Unwatch), typeof(DeathWatchNotification) }.ToDictionary(t => t.TypeQualifiedName());

    private readonly SystemMessageSerializer _inner = new(system);

    /// <inheritdoc/>
    protected override string ManifestOf(object message) => message.GetType().TypeQualifiedName();

    /// <inheritdoc/>
    protected override byte[] Write(object message) => _inner.ToBinary(message);

    /// <inheritdoc/>
    protected override object Read(byte[] bytes, string manifest) => _inner.FromBinary(bytes, Types[manifest]);
}

/// <summary>
/// Registers where the last writer wins, their keys, and that one is deleted: what nodes share. Not: Akka's collections, which are packed (a
/// small message may unpack to any size), and name types.
/// </summary>
internal sealed class NarrowReplicatedData(ExtendedActorSystem system) : NarrowSerializer(system, 11, "A", "E", "e")
{
    private readonly ReplicatedDataSerializer _inner = new(system);

    /// <inheritdoc/>
    protected override string ManifestOf(object message) => _inner.Manifest(message);

    /// <inheritdoc/>
    protected override byte[] Write(object message) => _inner.ToBinary(message);

    /// <inheritdoc/>
    protected override object Read(byte[] bytes, string manifest) => _inner.FromBinary(bytes, manifest);
}
