using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>What is said to the memory supervisor and what it answers.</summary>
public static class MemoryProtocol
{
    /// <summary>Said to the supervisor.</summary>
    public interface IMemoryCommand;

    /// <summary>Said by the supervisor to a holder.</summary>
    public interface IMemoryReply;

    /// <summary>
    /// Asks for a load lease. Ends in exactly one of <see cref="LeaseGranted"/>, <see cref="LeaseDenied"/> and
    /// <see cref="RequestWithdrawn"/>; <see cref="LeaseQueued"/> may come before. The sender becomes the holder.
    /// </summary>
    /// <param name="Request">The same number again changes nothing.</param>
    /// <param name="Model">The model.</param>
    /// <param name="Variants">In order of preference; at least one.</param>
    /// <param name="Priority">Higher goes first.</param>
    public sealed record RequestLease(RequestId Request, ModelId Model, IReadOnlyList<LeaseVariant> Variants, int Priority = 0) : IMemoryCommand;

    /// <summary>Takes a waiting request back.</summary>
    public sealed record WithdrawRequest(RequestId Request) : IMemoryCommand;

    /// <summary>The load is over.</summary>
    public sealed record ConfirmResident(LeaseId Lease) : IMemoryCommand;

    /// <summary>The model is unloaded (or its load failed): the lease may end once the memory is seen to be back.</summary>
    public sealed record ReleaseLease(LeaseId Lease) : IMemoryCommand;

    /// <summary>A native call under this lease never came back: its bytes stay charged for good.</summary>
    public sealed record ReportStuck(LeaseId Lease) : IMemoryCommand;

    /// <summary>What a model is wanted for: at once when the sum changes to or from zero, otherwise now and then.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Queued">Pieces of work that wait.</param>
    /// <param name="Running">Pieces that run.</param>
    /// <param name="Foreseen">Frames that can still reach it without a lease not now held.</param>
    public sealed record ReportDemand(ModelId Model, int Queued, int Running, int Foreseen) : IMemoryCommand
    {
        /// <summary>All of it.</summary>
        public int Total => Queued + Running + Foreseen;
    }

    /// <summary>Charges a pipeline's buffers before they are allocated; answered by <see cref="PoolCharged"/> or <see cref="PoolRefused"/>.</summary>
    public sealed record ChargePool(string Account, PoolVector Bytes) : IMemoryCommand;

    /// <summary>The buffers are freed.</summary>
    public sealed record ReleasePool(string Account) : IMemoryCommand;

    /// <summary>The lease is yours.</summary>
    public sealed record LeaseGranted(RequestId Request, Lease Lease) : IMemoryReply;

    /// <summary>The request waits for others to yield.</summary>
    public sealed record LeaseQueued(RequestId Request) : IMemoryReply;

    /// <summary>The request is refused.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Explanation">Why, with the numbers, for people.</param>
    /// <param name="RetryAfter">When asking again makes sense; null means never in this process.</param>
    public sealed record LeaseDenied(RequestId Request, DenialReason Reason, string Explanation, TimeSpan? RetryAfter) : IMemoryReply;

    /// <summary>The request was taken back.</summary>
    public sealed record RequestWithdrawn(RequestId Request) : IMemoryReply;

    /// <summary>Drain and unload, please. While loading it is remembered until the model is ready.</summary>
    public sealed record YieldLease(LeaseId Lease, string Reason) : IMemoryReply;

    /// <summary>The memory is back (or what is missing is shown as debt); the lease is over.</summary>
    public sealed record LeaseEnded(LeaseId Lease) : IMemoryReply;

    /// <summary>The buffers are charged.</summary>
    public sealed record PoolCharged(string Account) : IMemoryReply;

    /// <summary>The buffers do not fit.</summary>
    public sealed record PoolRefused(string Account, string Explanation) : IMemoryReply;

    /// <summary>Why a request was refused.</summary>
    public enum DenialReason
    {
        /// <summary>It is larger than the whole budget less what always stays charged.</summary>
        NeverFits,

        /// <summary>It fits only beside a lease that is stuck: the process has to be started anew.</summary>
        Recycle,
    }

    /// <summary>Supervisor to monitor: read the gauges until this lease's memory is back.</summary>
    /// <param name="Lease">The lease.</param>
    /// <param name="ChargedWithout">What stays charged to models without it, in the host pool.</param>
    internal sealed record VerifyRelease(LeaseId Lease, Bytes ChargedWithout);

    /// <summary>Monitor to supervisor: the memory is back, but for what is missing.</summary>
    internal sealed record ReleaseVerified(LeaseId Lease, Bytes Missing);

    /// <summary>Supervisor to monitor: what is charged now.</summary>
    internal sealed record LedgerLevel(Bytes Models, Bytes Pools, Bytes Budget);

    /// <summary>Root to monitor: the process as it is now is the base. Answered by <see cref="BaseTaken"/>.</summary>
    internal sealed record TakeBase;

    /// <summary>The base in bytes.</summary>
    internal sealed record BaseTaken(Bytes Base);
}
