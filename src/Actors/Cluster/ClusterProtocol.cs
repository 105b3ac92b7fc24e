using Akka.Actor;
using Akka.Event;

namespace ActorPipeline.Cluster;

/// <summary>
/// What the gateway of one node and the crop desk of another say to each other. Every message crosses the wire in the form of <c>wire.proto</c>;
/// every answer is optional, every promise has an epoch and a lifetime, and whoever waits has a bound of its own.
/// </summary>
public static class ClusterProtocol
{
    /// <summary>Everything that crosses the wire.</summary>
    public interface IWireMessage;

    /// <summary>Gateway to desk: I am here, and would hand over crops. Answered by <see cref="DeskOpened"/> or <see cref="DeskClosed"/>.</summary>
    /// <param name="From">Who.</param>
    /// <param name="Minor">The protocol's minor version that it speaks.</param>
    public sealed record OpenDesk(NodeKey From, int Minor) : IWireMessage;

    /// <summary>Desk to gateway: come; what may be sent is told by <see cref="CreditGranted"/>.</summary>
    /// <param name="By">Who.</param>
    /// <param name="Epoch">Counts the desk's lives and openings: a promise of another epoch is void.</param>
    /// <param name="Minor">The lower of both minor versions.</param>
    public sealed record DeskOpened(NodeKey By, long Epoch, int Minor) : IWireMessage;

    /// <summary>Desk to gateway: not, or not any more.</summary>
    /// <param name="Reason">"leaving", "full", "version" or "stranger".</param>
    public sealed record DeskClosed(string Reason) : IWireMessage;

    /// <summary>
    /// Desk to gateway: bytes may be sent up to this number, counted from the epoch's beginning. The desk has reserved room for what is not yet
    /// sent. Cumulative: a lost or doubled message leaks nothing.
    /// </summary>
    /// <param name="Epoch">The desk's.</param>
    /// <param name="UpTo">Bytes from the epoch's beginning.</param>
    /// <param name="Lifetime">How long it holds, from its arrival; then the desk takes the room back.</param>
    public sealed record CreditGranted(long Epoch, long UpTo, TimeSpan Lifetime) : IWireMessage;

    /// <summary>Gateway to desk: I still want credit. Sent while there is little left, and before its lifetime ends.</summary>
    /// <param name="Epoch">The desk's.</param>
    /// <param name="Sent">Bytes sent since the epoch's beginning: what never arrived is known to be lost by it.</param>
    /// <param name="Wanted">Bytes wanted beyond that.</param>
    public sealed record AskCredit(long Epoch, long Sent, long Wanted) : IWireMessage;

    /// <summary>Gateway to desk: part of a batch of crops. The desk answers the whole batch with one of <see cref="BatchDone"/>, <see cref="BatchRefused"/> and <see cref="BatchFailed"/>.</summary>
    /// <param name="Batch">Unique among the sender's batches of its life.</param>
    /// <param name="Epoch">The desk's.</param>
    /// <param name="Sent">Bytes sent since the epoch's beginning, this part's data included.</param>
    /// <param name="Head">What the batch is; the same in each part.</param>
    /// <param name="Part">Counted from 0.</param>
    /// <param name="Data">The part's bytes.</param>
    public sealed record BatchPart(long Batch, long Epoch, long Sent, BatchHead Head, int Part, ReadOnlyMemory<byte> Data) : IWireMessage;

    /// <summary>Desk to gateway.</summary>
    /// <param name="Batch">Which.</param>
    /// <param name="By">Who did it.</param>
    /// <param name="Labels">Crop after crop, each best first.</param>
    /// <param name="Variant">Which form of the model; null where it has one only.</param>
    /// <param name="Took">From the last part's arrival to this answer.</param>
    public sealed record BatchDone(long Batch, NodeKey By, IReadOnlyList<IReadOnlyList<Vision.Classification>> Labels, string? Variant, TimeSpan Took) : IWireMessage;

    /// <summary>Desk to gateway: a normal answer; the crops are classified elsewhere.</summary>
    /// <param name="Batch">Which.</param>
    /// <param name="Reason">"full", "late", "other-model", "not-held", "void" (a promise of another epoch), "leaving" or "damaged".</param>
    public sealed record BatchRefused(long Batch, string Reason) : IWireMessage;

    /// <summary>Desk to gateway: it was tried, and failed.</summary>
    /// <param name="Batch">Which.</param>
    /// <param name="Reason">As <see cref="Serving.ServingProtocol.WorkFailed"/> says it.</param>
    /// <param name="Detail">For people.</param>
    public sealed record BatchFailed(long Batch, string Reason, string Detail) : IWireMessage;

    /// <summary>Gateway to desk: forget a batch; its answer would be too late.</summary>
    public sealed record WithdrawBatch(long Batch) : IWireMessage;

    /// <summary>Either way: how long is the way? Answered by <see cref="Pong"/>.</summary>
    public sealed record Ping(long Number) : IWireMessage;

    /// <summary>Answers <see cref="Ping"/>.</summary>
    public sealed record Pong(long Number) : IWireMessage;

    /// <summary>What could not be understood: a message of another major version, or damaged. Handed to actors in its place, never sent.</summary>
    /// <param name="Why">For people.</param>
    public sealed record NotUnderstood(string Why) : IDeadLetterSuppression;
}

/// <summary>How crops are told on the wire.</summary>
public enum CropEncoding
{
    /// <summary>Packed pixels, 3 bytes each, blue first, row after row.</summary>
    Raw,

    /// <summary>A JPEG each.</summary>
    Jpeg,
}

/// <summary>What a batch of crops is.</summary>
/// <param name="Model">Which model is to look at it.</param>
/// <param name="Width">Each crop's width in pixels.</param>
/// <param name="Height">Each crop's height in pixels.</param>
/// <param name="Encoding">How crops are told.</param>
/// <param name="Crops">Bytes of each crop, in order.</param>
/// <param name="Parts">Parts that the batch comes in.</param>
/// <param name="Labels">Labels wanted of each crop at most.</param>
/// <param name="Left">How long until the result is of no use any more, from its sending; null for no deadline.</param>
public sealed record BatchHead(SharedModel Model, int Width, int Height, CropEncoding Encoding, IReadOnlyList<int> Crops, int Parts, int Labels, TimeSpan? Left)
{
    /// <summary>All bytes of all crops.</summary>
    public long Bytes => Crops.Sum(c => (long)c);
}
