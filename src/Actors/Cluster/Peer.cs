using Akka.Actor;

namespace ActorPipeline.Cluster;

/// <summary>A neighbour's desk, as the gateway deals with it.</summary>
/// <param name="desk">Where messages to its desk go.</param>
/// <param name="address">Where it says its desk is.</param>
/// <param name="generation">Which desk of the node's life it is.</param>
internal sealed class Peer(ICanTell desk, string address, long generation)
{
    /// <summary>Where it says its desk is.</summary>
    public string Address { get; } = address;

    /// <summary>Which desk of the node's life it is; another one after its gateway died.</summary>
    public long Generation { get; } = generation;

    /// <summary>Where messages go: by its path until it has answered.</summary>
    public ICanTell Desk => (ICanTell?)Opened ?? desk;

    /// <summary>The desk itself, once it has answered.</summary>
    public IActorRef? Opened { get; set; }

    /// <summary>What it has promised.</summary>
    public CreditAccount Account { get; } = new();

    /// <summary>When it was asked to open; null where no answer is awaited.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>How long it is not asked again.</summary>
    public TimeSpan AskAgainAt { get; set; }

    /// <summary>The ping that was sent last, and when.</summary>
    public (long Number, TimeSpan At) Ping { get; set; }
}
