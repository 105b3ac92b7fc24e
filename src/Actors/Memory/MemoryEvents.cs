using ActorPipeline.Catalog;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Memory;

/// <summary>What happened to a lease.</summary>
public enum LeaseChange
{
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
public sealed record LeaseChanged(TimeSpan At, LeaseChange Change, ModelId Model, Bytes Bytes, string Reason) : ITelemetryEvent;

/// <summary>Published whenever what is charged changes.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Charges">Every charge.</param>
/// <param name="Charged">Their sum over all pools.</param>
/// <param name="Budget">What may be charged.</param>
public sealed record LedgerChanged(TimeSpan At, IReadOnlyList<Charge> Charges, Bytes Charged, Bytes Budget) : ITelemetryEvent;

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
}

/// <summary>Published when memory did not come back after an unload.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Debt">How much is missing now: a level, not a sum.</param>
public sealed record LeakDebtSeen(TimeSpan At, Bytes Debt) : ITelemetryEvent;
