using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>Weights of a model that lie in pages of files. Pure.</summary>
/// <param name="Own">Those that it shares with no other model.</param>
/// <param name="Shared">Those that it shares; null for none.</param>
internal sealed record MappedWeights(Bytes Own, CommonBytes? Shared)
{
    /// <summary>None.</summary>
    public static readonly MappedWeights None = new(Bytes.Zero, null);

    /// <summary>All of them.</summary>
    public Bytes All => Own + (Shared?.Bytes[MemoryPool.Host] ?? Bytes.Zero);

    /// <summary>
    /// What a model needs once its mapped weights count: its own in its lease, shared ones in an account of theirs. A measured footprint is
    /// of anonymous memory, so they come on top; an estimate is made from the whole file, so they are in it; and what is declared stands.
    /// </summary>
    /// <param name="name">The variant's name.</param>
    /// <param name="known">Its footprint, as it is known.</param>
    public LeaseVariant Charge(string name, Footprint known)
    {
        if (known.Source == FootprintSource.Declared || All == Bytes.Zero) return new LeaseVariant(name, known);
        if (known.Source == FootprintSource.Measured) return new LeaseVariant(name, Changed(known, bytes => bytes + Own)) { Shared = Shared, Mapped = Own };
        var shared = All - Own;
        var footprint = Changed(known, bytes => Bytes.Max(Bytes.Zero, bytes - shared));
        return new LeaseVariant(name, footprint) { Shared = Shared, Mapped = Bytes.Min(Own, footprint.Resident[MemoryPool.Host]) };
    }

    /// <summary>Weights are there from the load on; a footprint that names no build needs nothing for one.</summary>
    private static Footprint Changed(Footprint footprint, Func<Bytes, Bytes> change) => footprint with
    {
        Load = Changed(footprint.Load, change), Resident = Changed(footprint.Resident, change),
        Build = footprint.Build.Equals(PoolVector.Zero) ? PoolVector.Zero : Changed(footprint.Build, change),
    };

    private static PoolVector Changed(PoolVector bytes, Func<Bytes, Bytes> change)
    {
        var before = bytes[MemoryPool.Host];
        return bytes + PoolVector.OfHost(change(before) - before);
    }
}
