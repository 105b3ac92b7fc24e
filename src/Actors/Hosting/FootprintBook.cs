using ActorPipeline.Catalog;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting;

/// <summary>What every variant of every model is known to need at present, and which weights it maps. Pure.</summary>
internal sealed class FootprintBook
{
    private readonly Dictionary<ModelId, Known[]> _models = [];

    private sealed record Known(string Name, Footprint Footprint)
    {
        public MappedWeights Weights { get; init; } = MappedWeights.None;

        public LeaseVariant Lease => Weights.Charge(Name, Footprint);
    }

    /// <summary>The footprint of every variant, its mapped weights not counted.</summary>
    public IEnumerable<(ModelId Model, string Variant, Footprint Footprint)> All => _models.SelectMany(m => m.Value.Select(k => (m.Key, k.Name, k.Footprint)));

    /// <summary>For a supervisor that does not know yet who holds what: the largest that each model may hold.</summary>
    public IReadOnlyDictionary<ModelId, Footprint> Largest => _models.ToDictionary(m => m.Key, m => m.Value.Select(k => Whole(k.Lease)).Aggregate(Larger));

    /// <summary>What a model asks for: its variants in order of preference; none where it is not known.</summary>
    public IReadOnlyList<LeaseVariant> this[ModelId model] => [.. _models.GetValueOrDefault(model, []).Select(k => k.Lease)];

    /// <summary>What every model asks for, in all its variants.</summary>
    public IReadOnlyDictionary<ModelId, IReadOnlyList<LeaseVariant>> Needs => _models.Keys.ToDictionary(id => id, id => this[id]);

    /// <summary>A variant's footprint, its mapped weights not counted; null where it is not known.</summary>
    public Footprint? Find(ModelId model, string variant) => Entry(model, variant)?.Footprint;

    /// <summary>The weights that a variant maps.</summary>
    public MappedWeights WeightsOf(ModelId model, string variant) => Entry(model, variant)?.Weights ?? MappedWeights.None;

    /// <summary>A model is served in these forms.</summary>
    public void Add(ModelId model, IEnumerable<(string Variant, Footprint Footprint)> variants) => _models[model] = [.. variants.Select(v => new Known(v.Variant, v.Footprint))];

    /// <summary>What is known of a model is known of another too from now on.</summary>
    public void Copy(ModelId from, ModelId to)
    {
        if (_models.TryGetValue(from, out var known)) _models[to] = [.. known];
    }

    /// <summary>A model is not served any more.</summary>
    public void Remove(ModelId model) => _models.Remove(model);

    /// <summary>A variant is known to need this from now on, its mapped weights not counted.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Learn(ModelId model, string variant, Footprint footprint) => Change(model, variant, known => known with { Footprint = footprint });

    /// <summary>A variant is known to map these weights from now on.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Map(ModelId model, string variant, MappedWeights weights) => Change(model, variant, known => known with { Weights = weights });

    private bool Change(ModelId model, string variant, Func<Known, Known> change)
    {
        if (Entry(model, variant) is not { } known || change(known) is var changed && changed == known) return false;
        var all = _models[model];
        all[Array.IndexOf(all, known)] = changed;
        return true;
    }

    private Known? Entry(ModelId model, string variant) => Array.Find(_models.GetValueOrDefault(model, []), k => k.Name == variant);

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
