using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorPipeline.Cluster.Network;

/// <summary>
/// Stands in the place of a serializer of Akka's that makes objects of whatever type a neighbour names, and refuses both ways. It has the
/// same identifier: a message for it is refused here, with a reason. A serializer with a text for its manifest, so that Akka does not even
/// look for the type.
/// </summary>
/// <param name="system">Whose.</param>
/// <param name="config">Its <c>identifier</c>, and what it <c>refuses</c> in words.</param>
internal sealed class RefusingSerializer(ExtendedActorSystem system, Config config) : SerializerWithStringManifest(system)
{
    private readonly string _refuses = config.GetString("refuses");

    /// <inheritdoc/>
    public override int Identifier { get; } = config.GetInt("identifier");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override string Manifest(object o) => throw Refusal($"{o?.GetType().Name ?? "nothing"} was to be sent");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) => throw Refusal($"{obj?.GetType().Name ?? "nothing"} was to be sent");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => 
        throw Refusal(string.IsNullOrEmpty(manifest) ? "a message came" : $"'{Wire.WireChecks.Clip(manifest, 80)}' came");

    private SerializationException Refusal(string what) => new($"{_refuses} (serializer {Identifier}) does not cross the wire between nodes: {what}, and is refused.");
}
