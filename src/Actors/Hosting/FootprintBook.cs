using ActorPipeline.Catalog;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting;

/// <summary>What every variant of every model is known to need at present. Pure.</summary>
internal sealed class FootprintBook
{
    private readonly Dictionary<ModelId, LeaseVariant[]> _models = [];

    /// <summary>Every variant that is known.</summary>
    public IEnumerable<(ModelId Model, LeaseVariant Variant)> All => _models.SelectMany(m => m.Value.Select(v => (m.Key, v)));

    /// <summary>For a supervisor that does not know yet who holds what: the largest that each model may hold.</summary>
    public IReadOnlyDictionary<ModelId, Footprint> Largest => _models.ToDictionary(m => m.Key, m => m.Value.Select(Whole).Aggregate(Larger));

    /// <summary>A model's variants in order of preference; none where it is not known.</summary>
    public IReadOnlyList<LeaseVariant> this[ModelId model] => _models.GetValueOrDefault(model, []);

    /// <summary>What a variant needs; null where it is not known.</summary>
    public LeaseVariant? Find(ModelId model, string variant) => Array.Find(_models.GetValueOrDefault(model, []), v => v.Name == variant);

    /// <summary>A model is served in these forms.</summary>
    public void Add(ModelId model, IEnumerable<LeaseVariant> variants) => _models[model] = [.. variants];

    /// <summary>A variant is known to need this from now on.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Learn(ModelId model, string variant, Footprint footprint)
    {
        if (Find(model, variant) is not { } known || known.Footprint == footprint) return false;
        var all = _models[model];
        all[Array.IndexOf(all, known)] = known with { Footprint = footprint };
        return true;
    }

    private static Footprint Whole(LeaseVariant variant)
    {
        if (variant.Shared is not { Bytes: var shared }) return variant.Footprint;
        return variant.Footprint with { Load = variant.Footprint.Load + shared, Resident = variant.Footprint.Resident + shared };
    }

    private static Footprint Larger(Footprint a, Footprint b) => new(PoolVector.Max(a.Load, b.Load), PoolVector.Max(a.Resident, b.Resident), PoolVector.Max(a.Run, b.Run), a.Source)
    {
        Build = PoolVector.Max(a.Build, b.Build),
    };
}
