using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>The number of a lease: unique within a supervisor's epoch.</summary>
/// <param name="Epoch">Which incarnation of the supervisor granted it.</param>
/// <param name="Number">Counts from 1.</param>
public readonly record struct LeaseId(long Epoch, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Epoch}.{Number}";
}

/// <summary>The number of a request, chosen by who requests; asking again with the same one changes nothing.</summary>
/// <param name="Holder">Distinguishes incarnations of a model's actor.</param>
/// <param name="Number">Counts from 1.</param>
public readonly record struct RequestId(long Holder, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Holder:x}.{Number}";
}

/// <summary>What a lease is used for now.</summary>
public enum LeasePhase
{
    /// <summary>An engine is built, or another piece of work of a worker process goes on.</summary>
    Build,

    /// <summary>The model loads: the load peak is covered.</summary>
    Load,

    /// <summary>The model is in memory.</summary>
    Resident,

    /// <summary>The model was let go of; the lease stays charged until the memory is seen to be back.</summary>
    Releasing,

    /// <summary>A native call never came back: charged for as long as the process lives.</summary>
    Stuck,
}

/// <summary>The right to hold bytes in memory pools, granted whole.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Model">The model it is for.</param>
/// <param name="Variant">The variant of the model that was granted.</param>
/// <param name="Phase">What it is used for now.</param>
/// <param name="Bytes">What it covers, pool by pool.</param>
public sealed record Lease(LeaseId Id, ModelId Model, string Variant, LeasePhase Phase, PoolVector Bytes);

/// <summary>Bytes that several leases need once between them: weights that models share, or what a provider costs a process.</summary>
/// <param name="Account">The set of weights, or the provider.</param>
/// <param name="Bytes">What it needs, pool by pool.</param>
public sealed record CommonBytes(string Account, PoolVector Bytes);

/// <summary>One form in which a model can be loaded.</summary>
/// <param name="Name">Such as "fp32".</param>
/// <param name="Footprint">What it needs for itself.</param>
public sealed record LeaseVariant(string Name, Footprint Footprint)
{
    /// <summary>Weights it shares: charged with the first lease that names them, until the last one ends. Null for none.</summary>
    public CommonBytes? Shared { get; init; }

    /// <summary>Weights in the host part of its footprint that lie in pages of files: a gauge of anonymous memory does not see them.</summary>
    public Bytes Mapped { get; init; }

    /// <summary>What its provider costs the process: charged with the first lease that names it, for good. Null for none.</summary>
    public CommonBytes? Fixed { get; init; }
}
