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
    public sealed record RequestLease(RequestId Request, ModelId Model, IReadOnlyList<LeaseVariant> Variants, int Priority = 0) : IMemoryCommand
    {
        /// <summary>When the oldest work that waits for it is due, on the actors' clock; null for no deadline.</summary>
        public TimeSpan? Deadline { get; init; }

        /// <summary><see cref="LeasePhase.Load"/> for a model, <see cref="LeasePhase.Build"/> for a worker process.</summary>
        public LeasePhase Phase { get; init; } = LeasePhase.Load;

        /// <summary>Whether the lease, once it is resident, is never asked to yield but where a lowered budget leaves no other way.</summary>
        public bool Pinned { get; init; }
    }

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
        /// <summary>When the oldest piece of it is due, on the actors' clock; null for no deadline.</summary>
        public TimeSpan? OldestDeadline { get; init; }

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

        /// <summary>It fits only beside a lease that is stuck, or beside memory that did not come back: the process has to be started anew.</summary>
        Recycle,

        /// <summary>It fits the configured budget, but not what the machine leaves of it at present.</summary>
        Pressure,

        /// <summary>Its deadline passed while it waited.</summary>
        Late,
    }

    /// <summary>Supervisor to monitor: read the gauges until this lease's memory is back.</summary>
    /// <param name="Lease">The lease.</param>
    /// <param name="ChargedWithout">What stays charged to models without it, in the host pool; debt is not among it.</param>
    internal sealed record VerifyRelease(LeaseId Lease, Bytes ChargedWithout)
    {
        /// <summary>Whether no other model holds a lease: what stays charged is fixed cost and shared weights, and really there.</summary>
        public bool Alone { get; init; }
    }

    /// <summary>Monitor to supervisor: the memory is back, but for what is missing.</summary>
    internal sealed record ReleaseVerified(LeaseId Lease, Bytes Missing);

    /// <summary>Supervisor to monitor: what is charged now.</summary>
    /// <param name="Models">Leases, fixed cost and shared weights; debt is not among them.</param>
    /// <param name="Pools">The pipelines' own buffers.</param>
    /// <param name="Budget">The effective budget.</param>
    internal sealed record LedgerLevel(Bytes Models, Bytes Pools, Bytes Budget)
    {
        /// <summary>Whether the budget was lowered below what is charged, and leases are being yielded because of it.</summary>
        public bool Grace { get; init; }

        /// <summary>Whether nothing loads, unloads or runs: only then is a difference between ledger and machine a leak.</summary>
        public bool Quiet { get; init; }
    }

    /// <summary>Monitor to supervisor: what the machine leaves of the configured budget, whenever that changes.</summary>
    /// <param name="Budget">The effective budget, pool by pool.</param>
    /// <param name="Critical">Whether the machine is so short of memory that turns protect nobody.</param>
    /// <param name="Why">What decided it; for people.</param>
    internal sealed record BudgetMeasured(PoolVector Budget, bool Critical, string Why);

    /// <summary>Monitor to supervisor: the level of memory that did not come back, whenever it changes.</summary>
    internal sealed record DebtMeasured(Bytes Debt);

    /// <summary>Root to monitor: the process as it is now is the base. Answered by <see cref="BaseTaken"/>.</summary>
    internal sealed record TakeBase;

    /// <summary>The base in bytes.</summary>
    internal sealed record BaseTaken(Bytes Base);
}
