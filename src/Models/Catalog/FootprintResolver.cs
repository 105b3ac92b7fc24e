using ActorPipeline.Inference;

namespace ActorPipeline.Catalog;

/// <summary>What a model is counted with.</summary>
/// <param name="Footprint">What it needs, and where that comes from.</param>
/// <param name="Fixed">What its provider costs the process once, over the footprint; zero where not known.</param>
/// <param name="Key">Under which it is kept; null where nothing was kept and the provider that will run it is not known.</param>
public sealed record ResolvedFootprint(Footprint Footprint, Bytes Fixed, FootprintKey? Key);

/// <summary>
/// Chooses the footprint that a model is counted with: what its card declares stands as it is; else the record of the first of its
/// providers that has one; else the estimate. Pure.
/// </summary>
public static class FootprintResolver
{
    /// <summary>Models run one picture at a time.</summary>
    public const int Batch = 1;

    /// <summary>Chooses.</summary>
    /// <param name="card">The model.</param>
    /// <param name="inspection">What its file tells.</param>
    /// <param name="store">What was measured; null for nothing.</param>
    /// <param name="lanes">Lanes that may run it at once.</param>
    public static ResolvedFootprint Resolve(ModelCard card, ModelInspection inspection, IFootprintStore? store, int lanes)
    {
        foreach (var provider in card.Providers.Distinct())
        {
            if (KeyOf(inspection, provider) is not { } key || store?.Find(key) is not { } record) continue;
            var footprint = card.Footprint ?? record.ToFootprint(lanes, inspection.Footprint);
            return new ResolvedFootprint(footprint, record.Fixed ?? Bytes.Zero, key);
        }
        return new ResolvedFootprint(card.Footprint ?? inspection.Footprint, Bytes.Zero, null);
    }

    /// <summary>The inspection with the footprint that the model is counted with.</summary>
    public static ModelInspection Apply(ModelCard card, ModelInspection inspection, IFootprintStore? store, int lanes) =>
        inspection with { Footprint = Resolve(card, inspection, store, lanes).Footprint };

    /// <summary>The key of a model on a provider; null where its content is not known.</summary>
    public static FootprintKey? KeyOf(ModelInspection inspection, ExecutionProvider provider) =>
        inspection.ContentHash is { } hash ? new FootprintKey(hash, provider, inspection.Precision, Batch) : null;
}
