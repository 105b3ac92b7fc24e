using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>What the ledger wants done; the supervisor only carries it out.</summary>
internal abstract record LedgerEffect
{
    private LedgerEffect()
    {
    }

    /// <summary>Tell the requester that the lease is its own.</summary>
    internal sealed record Grant(RequestId Request, Lease Lease) : LedgerEffect;

    /// <summary>Tell the requester that it waits.</summary>
    internal sealed record Queue(RequestId Request) : LedgerEffect;

    /// <summary>Tell the requester no.</summary>
    internal sealed record Deny(RequestLease Request, DenialReason Reason, string Explanation, TimeSpan? RetryAfter = null) : LedgerEffect
    {
        /// <summary>The least that would have done.</summary>
        public PoolVector Need { get; init; } = PoolVector.Zero;
    }

    /// <summary>Tell the requester that its request is taken back.</summary>
    internal sealed record Withdrawn(RequestId Request) : LedgerEffect;

    /// <summary>Ask the holder to yield, within a bound.</summary>
    internal sealed record Yield(Lease Lease, string Reason) : LedgerEffect
    {
        /// <summary>What it was decided by.</summary>
        public LeaseDecision? Decision { get; init; }
    }

    /// <summary>Have the monitor see whether the memory is back.</summary>
    internal sealed record Verify(Lease Lease) : LedgerEffect;

    /// <summary>Make known that the lease is charged for good.</summary>
    internal sealed record Stuck(Lease Lease) : LedgerEffect;

    /// <summary>Tell the holder that the lease is over.</summary>
    internal sealed record End(Lease Lease) : LedgerEffect;

    /// <summary>Make known that a model needs more than it was granted: it is charged the truth.</summary>
    internal sealed record Outgrew(Lease Lease, PoolVector Granted) : LedgerEffect;

    /// <summary>Make known what a model was measured to take while it was alone in memory.</summary>
    internal sealed record Learn(ModelId Model, string Variant, PoolVector Reserved, LoadMeasurement Load, TurnMeasurement? Turn) : LedgerEffect
    {
        /// <summary>Crops that a run of it took at most.</summary>
        public int Batch { get; init; } = 1;
    }

    /// <summary>Make known that so much did not come back that the process has to be started anew.</summary>
    internal sealed record Recycle(string Reason) : LedgerEffect;
}
