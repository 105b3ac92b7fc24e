namespace ActorPipeline.Memory;

/// <summary>What charged bytes are for.</summary>
public enum ChargeKind
{
    /// <summary>Paid once for each process and provider: contexts, libraries.</summary>
    Fixed,

    /// <summary>Weights that several models share.</summary>
    Shared,

    /// <summary>Pixel and crop buffers of a pipeline.</summary>
    Pool,

    /// <summary>An engine being built.</summary>
    Build,

    /// <summary>A model being loaded.</summary>
    Load,

    /// <summary>A loaded model, its lanes' tensors included.</summary>
    Resident,

    /// <summary>Memory that did not come back.</summary>
    Debt,
}

/// <summary>One entry of the ledger: who holds which bytes, and for what.</summary>
/// <param name="Account">A model's or a pipeline's name.</param>
/// <param name="Kind">What for.</param>
/// <param name="Bytes">How many, pool by pool.</param>
public sealed record Charge(string Account, ChargeKind Kind, PoolVector Bytes)
{
    /// <summary>The lease it is for; null for what is charged beside leases.</summary>
    public LeaseId? Lease { get; init; }
}
