namespace ActorPipeline.Cluster;

/// <summary>One life of a node: a process that was started anew is another one under the same name.</summary>
/// <param name="Name">Unique in the site; the node's configured name.</param>
/// <param name="Incarnation">The number that Akka gives the actor system's life.</param>
public readonly record struct NodeKey(string Name, int Incarnation)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}#{Incarnation}";
}
