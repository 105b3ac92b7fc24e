using Akka.Actor;

namespace ActorPipeline.Cluster;

/// <summary>What the root, the gateway and its children say to each other, on this node.</summary>
internal static class NeighboursProtocol
{
    /// <summary>Root to gateway, and on to its children: these are served from now on.</summary>
    public sealed record ShareModels(ServedCatalog Catalog);

    /// <summary>Root to gateway, for the desk: the buffers for neighbours' crops are charged, and may be allocated. Answered by <see cref="DeskReady"/>.</summary>
    /// <param name="CropBytes">Bytes of the largest crop.</param>
    public sealed record AllocateDesk(int CropBytes);

    /// <summary>The desk's buffers are memory of the process now.</summary>
    public sealed record DeskReady;

    /// <summary>Root to gateway: take no more of neighbours' crops, and tell them so. Answered by <see cref="NeighboursLeft"/> once what is here is done.</summary>
    public sealed record LeaveNeighbours;

    /// <summary>Nothing is done for neighbours any more.</summary>
    public sealed record NeighboursLeft;

    /// <summary>Directory to gateway: a node speaks of itself.</summary>
    public sealed record NodeHeard(NodeSummary Summary);

    /// <summary>Directory to gateway: a node cannot be reached now, and may come back.</summary>
    public sealed record NodeUnreachable(NodeKey Node);

    /// <summary>Directory to gateway: it can be reached again.</summary>
    public sealed record NodeReachable(NodeKey Node);

    /// <summary>Directory to gateway: this life of a node is over.</summary>
    public sealed record NodeGone(NodeKey Node);

    /// <summary>Reporter to gateway, and on to the directory: this node speaks of itself.</summary>
    public sealed record TellSummary(NodeSummary Summary);

    /// <summary>Gateway to desk: a neighbour is gone, and what it sent is wanted by nobody.</summary>
    public sealed record SenderGone(NodeKey Node);

    /// <summary>Desk to gateway, and on to the reporter: nothing more is taken.</summary>
    public sealed record DeskLeaving;
}

/// <summary>What a gateway is made with.</summary>
/// <param name="Self">This life of this node.</param>
/// <param name="Settings">The node's settings.</param>
/// <param name="Board">Where work is done here.</param>
/// <param name="Numbers">Its batches, its desk's epochs and its summaries are counted from behind this on: no two gateways of one life of a node use a number twice.</param>
/// <param name="Time">The actors' clock.</param>
internal sealed record GatewayParts(NodeKey Self, ClusterSettings Settings, IActorRef Board, long Numbers, TimeProvider Time)
{
    /// <summary>Numbers of one gateway are counted within so many bits; above them is which gateway of the node's life it is.</summary>
    public const int NumbersBits = 32;

    /// <summary>Makes what knows the other nodes, or names what is there.</summary>
    public required Func<IActorContext, IActorRef> Directory { get; init; }

    /// <summary>Where a path of another node leads.</summary>
    public Func<IUntypedActorContext, string, ICanTell> Resolve { get; init; } = static (context, path) => context.ActorSelection(path);
}
