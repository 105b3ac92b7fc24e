using ActorPipeline.Catalog;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Memory;

/// <summary>What happened to a lease.</summary>
public enum LeaseChange
{
    /// <summary>A request waits for room.</summary>
    Queued,

    /// <summary>A request was granted.</summary>
    Granted,

    /// <summary>A request was denied.</summary>
    Denied,

    /// <summary>A holder was asked to yield.</summary>
    Yielded,

    /// <summary>A lease ended: its memory is back.</summary>
    Ended,

    /// <summary>A native call under the lease never came back.</summary>
    Stuck,
}

/// <summary>Published for every decision of the ledger.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Change">What.</param>
/// <param name="Model">Whose.</param>
/// <param name="Bytes">How many.</param>
/// <param name="Reason">Why; for people.</param>
public sealed record LeaseChanged(TimeSpan At, LeaseChange Change, ModelId Model, Bytes Bytes, string Reason) : ITelemetryEvent
{
    /// <summary>Which lease; null for a request that waits or is denied.</summary>
    public LeaseId? Lease { get; init; }

    /// <summary>Which variant of the model the lease is for; null where it is for none yet.</summary>
    public string? Variant { get; init; }

    /// <summary>What was needed and free, and who was looked at: where a request waits or is denied, and where others are to yield; null for other changes.</summary>
    public LeaseDecision? Decision { get; init; }

    /// <summary>Why a request was denied; null for other changes.</summary>
    public MemoryProtocol.DenialReason? Denial { get; init; }

    /// <summary>What is charged over all pools, once all decisions of the same moment are made.</summary>
    public Bytes Charged { get; init; }

    /// <summary>The effective budget over all pools.</summary>
    public Bytes Budget { get; init; }
}

/// <summary>Published for each charge that changes; <see cref="ChargeView"/> puts them together.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Change">The charge as it is now; one of no bytes has ended.</param>
/// <param name="Charged">The sum of all charges over all pools, once all changes of the same moment are told.</param>
/// <param name="Budget">What may be charged now, over all pools.</param>
public sealed record LedgerChanged(TimeSpan At, Charge Change, Bytes Charged, Bytes Budget) : ITelemetryEvent;

/// <summary>Published when what the machine leaves of the configured budget changes.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Budget">The effective budget over all pools.</param>
/// <param name="Critical">Whether the machine is so short of memory that turns protect nobody.</param>
/// <param name="Why">What decided it; for people.</param>
public sealed record BudgetChanged(TimeSpan At, Bytes Budget, bool Critical, string Why) : ITelemetryEvent;

/// <summary>Published when another budget is configured for a run that goes on; what the machine leaves of it is told by <see cref="BudgetChanged"/>.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Configured">The host's budget from now on.</param>
public sealed record BudgetSet(TimeSpan At, Bytes Configured) : ITelemetryEvent;

/// <summary>Published when a model that was alone in memory leaves it: what it took, beside what was reserved for it.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Model">The model.</param>
/// <param name="Reserved">What its lease covered.</param>
/// <param name="Load">What its load took.</param>
/// <param name="Turn">What its time in memory took; null where it ran nothing.</param>
public sealed record FootprintObserved(TimeSpan At, ModelId Model, Bytes Reserved, Inference.LoadMeasurement Load, Inference.TurnMeasurement? Turn) : ITelemetryEvent
{
    /// <summary>Which variant of it.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Crops that a run of it took at most.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>The most it took at any time.</summary>
    public Bytes Peak => Bytes.Max(Load.Peak, Turn?.RunPeak ?? Load.Resident);
}

/// <summary>Published when a supervisor begins: what one before it had charged is charged anew, or not at all.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Epoch">Counts incarnations from 1.</param>
public sealed record LedgerBegun(TimeSpan At, long Epoch) : ITelemetryEvent;

/// <summary>Published when the process has to be started anew: a native call never came back, or too much memory did not.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Reason">Why; for people.</param>
/// <param name="Stuck">Whether a native call never came back, so that no destructor may run.</param>
public sealed record RecycleRequired(TimeSpan At, string Reason, bool Stuck = true) : ITelemetryEvent;

/// <summary>Published for every sample of the process's memory.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Anonymous">Model memory that is anonymous: over the base, less the managed heap and our own buffers.</param>
/// <param name="Pools">Our own buffers, as charged.</param>
/// <param name="Charged">What the ledger holds charged to models.</param>
/// <param name="Budget">What may be charged.</param>
/// <param name="OverBudget">Whether model memory and buffers, or the ledger, were above the budget.</param>
/// <param name="ProcessPeak">The kernel's high-water mark.</param>
public sealed record MemorySampled(TimeSpan At, Bytes Anonymous, Bytes Pools, Bytes Charged, Bytes Budget, bool OverBudget, Bytes ProcessPeak) : ITelemetryEvent
{
    /// <summary>Whether they were above a budget that was lowered a moment ago, while leases are being yielded because of it; then <see cref="OverBudget"/> is false.</summary>
    public bool GraceOver { get; init; }

    /// <summary>All that is resident of the process, pages of files included.</summary>
    public Bytes Resident { get; init; }
}

/// <summary>Published when memory did not come back after an unload.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Debt">How much is missing now: a level, not a sum.</param>
public sealed record LeakDebtSeen(TimeSpan At, Bytes Debt) : ITelemetryEvent;
