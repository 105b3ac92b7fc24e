using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Short ways to say what models need, for specs of the ledger and the supervisor.</summary>
internal static class Footprints
{
    /// <summary>So many MiB in the host pool, loading and loaded, and nothing for lanes.</summary>
    public static LeaseVariant Host(double mebibytes, string name = "default") =>
        new(name, Footprint.Declared(Bytes.MiB(mebibytes), Bytes.MiB(mebibytes), Bytes.Zero));

    /// <summary>A request for a model; its variants are tried in order.</summary>
    public static RequestLease Request(long number, string model, params LeaseVariant[] variants) =>
        new(new RequestId(1, number), new ModelId(model), variants);

    /// <summary>What a model is wanted for, in one number.</summary>
    public static ReportDemand Demand(string model, int queued) => new(new ModelId(model), queued, 0, 0);
}
