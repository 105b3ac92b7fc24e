using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using Akka.Actor;

namespace ActorPipeline.Memory;

/// <summary>What is said to the memory supervisor and what it answers.</summary>
public static partial class MemoryProtocol
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

    /// <summary>The load is over: the lease shrinks to what stays.</summary>
    /// <param name="Lease">The lease.</param>
    /// <param name="Measured">What the load took of the process; null where it was not measured.</param>
    public sealed record ConfirmResident(LeaseId Lease, LoadMeasurement? Measured = null) : IMemoryCommand;

    /// <summary>The model is unloaded (or its load failed): the lease may end once the memory is seen to be back.</summary>
    /// <param name="Lease">The lease.</param>
    /// <param name="Measured">What the model's time in memory took; null where it ran nothing, or was not measured.</param>
    public sealed record ReleaseLease(LeaseId Lease, TurnMeasurement? Measured = null) : IMemoryCommand;

    /// <summary>Lets a lease cover more, at once or not at all. Answered by <see cref="LeaseGrown"/> or <see cref="GrowRefused"/>; never queued.</summary>
    public sealed record TryGrow(LeaseId Lease, PoolVector More) : IMemoryCommand;

    /// <summary>
    /// Answers <see cref="SupervisorStarted"/>: what a holder holds of an earlier incarnation, and what it waits for. Replaces everything
    /// that was in flight; one for another epoch is ignored.
    /// </summary>
    /// <param name="Epoch">The incarnation it is meant for.</param>
    /// <param name="Model">The model.</param>
    /// <param name="Held">Its lease; null for none.</param>
    /// <param name="Pending">The request it waits on; null for none. The sender becomes the holder.</param>
    public sealed record ReportLeases(long Epoch, ModelId Model, HeldLease? Held, RequestLease? Pending) : IMemoryCommand;

    /// <summary>A lease as its holder knows it.</summary>
    /// <param name="Lease">With its phase as it is now.</param>
    /// <param name="Variant">What it was granted for.</param>
    /// <param name="Yielding">Whether it drains already.</param>
    /// <param name="Pinned">Whether it is to stay.</param>
    public sealed record HeldLease(Lease Lease, LeaseVariant Variant, bool Yielding, bool Pinned)
    {
        /// <summary>What its load took of the process; null where it was not measured.</summary>
        public LoadMeasurement? Measured { get; init; }
    }

    /// <summary>Asks why a model is or is not in memory. Answered by <see cref="ModelExplained"/>.</summary>
    public sealed record ExplainModel(ModelId Model) : IMemoryCommand;

    /// <summary>Asks what is charged. Answered by <see cref="ResidencyTold"/>.</summary>
    public sealed record GetResidency : IMemoryCommand;

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

        /// <summary>How many of the pieces are neighbours'.</summary>
        public int Guests { get; init; }

        /// <summary>All of it.</summary>
        public int Total => Queued + Running + Foreseen;

        /// <summary>What this node wants it for itself.</summary>
        public int Own => Total - Guests;
    }

    /// <summary>Charges what a provider costs the process, as measured; it stays for good.</summary>
    internal sealed record ChargeFixed(string Account, PoolVector Bytes) : IMemoryCommand
    {
        /// <summary>What of its host memory no reading of the process shows: a device's on shared memory.</summary>
        public Bytes Unseen { get; init; }
    }

    /// <summary>Root to supervisor: a model's actor is dead, and its session with it.</summary>
    internal sealed record ModelGone(ModelId Model) : IMemoryCommand;

    /// <summary>Root to supervisor: a new monitor reads the gauges.</summary>
    internal sealed record MonitorStarted(IActorRef Monitor) : IMemoryCommand;

    /// <summary>Charges a pipeline's buffers before they are allocated; answered by <see cref="PoolCharged"/> or <see cref="PoolRefused"/>.</summary>
    public sealed record ChargePool(string Account, PoolVector Bytes) : IMemoryCommand;

    /// <summary>The buffers are freed.</summary>
    public sealed record ReleasePool(string Account) : IMemoryCommand;

    /// <summary>A new incarnation of the supervisor grants from now on; holders answer with <see cref="ReportLeases"/>.</summary>
    /// <param name="Epoch">Counts incarnations from 1.</param>
    /// <param name="Supervisor">Where to.</param>
    public sealed record SupervisorStarted(long Epoch, IActorRef Supervisor) : IMemoryReply;

    /// <summary>The lease covers so much more.</summary>
    public sealed record LeaseGrown(LeaseId Lease, PoolVector More) : IMemoryReply;

    /// <summary>The lease covers what it did before.</summary>
    public sealed record GrowRefused(LeaseId Lease, string Explanation) : IMemoryReply;

    /// <summary>Why a model is or is not in memory.</summary>
    public sealed record ModelExplained(ModelExplanation Explanation) : IMemoryReply;

    /// <summary>What is charged now.</summary>
    /// <param name="Leases">Every lease.</param>
    /// <param name="Charges">Every charge, leases included.</param>
    /// <param name="Configured">The configured budget.</param>
    /// <param name="Budget">The effective budget.</param>
    public sealed record ResidencyTold(IReadOnlyList<Lease> Leases, IReadOnlyList<Charge> Charges, PoolVector Configured, PoolVector Budget) : IMemoryReply;

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

    /// <summary>The machine leaves more than when a request was denied for want of that: asking again may make sense before the time that was named.</summary>
    public sealed record BudgetRose : IMemoryReply
    {
        /// <summary>The only one.</summary>
        public static readonly BudgetRose Instance = new();
    }

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

        /// <summary>It cannot be granted before its deadline.</summary>
        Late,
    }

    /// <summary>Supervisor to monitor: read the gauges until this lease's memory is back.</summary>
    /// <param name="Lease">The lease.</param>
    /// <param name="ChargedWithout">The anonymous memory that stays charged to models without it, in the host pool; debt is not among it.</param>
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
        /// <summary>What of <see cref="Models"/> is anonymous memory: all but weights that lie in pages of files.</summary>
        public Bytes Anonymous { get; init; } = Models;

        /// <summary>Until when, on the actors' clock, more may be there than the budget allows, because it was lowered and leases are being yielded; null for no grace.</summary>
        public TimeSpan? GraceUntil { get; init; }

        /// <summary>Whether nothing loads, unloads or runs: only then is a difference between ledger and machine a leak.</summary>
        public bool Quiet { get; init; }

        /// <summary>What is charged of memory that no reading of this process shows, pool by pool: a device's.</summary>
        public PoolVector Unseen { get; init; } = PoolVector.Zero;
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

    /// <summary>Root to monitor, when everything was loaded and unloaded once: what is there over the base and our own buffers is fixed cost. Answered by <see cref="FixedMeasured"/>.</summary>
    internal sealed record MeasureFixed;

    /// <summary>What the process grew by that does not come back: libraries, contexts, compiled code.</summary>
    internal sealed record FixedMeasured(Bytes Fixed);

    /// <summary>Root to a new monitor: the base that one before it took.</summary>
    internal sealed record RestoreBase(Bytes Base);

    /// <summary>The base in bytes.</summary>
    internal sealed record BaseTaken(Bytes Base);
}
