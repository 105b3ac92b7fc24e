using ActorPipeline.Inference;

namespace ActorPipeline.Catalog;

/// <summary>What a model is counted with.</summary>
/// <param name="Footprint">What it needs, and where that comes from.</param>
/// <param name="Fixed">What its provider costs the process once, over the footprint; zero where not known.</param>
/// <param name="Key">Under which it is kept; null where nothing was kept and the provider that will run it is not known.</param>
public sealed record ResolvedFootprint(Footprint Footprint, Bytes Fixed, FootprintKey? Key)
{
    /// <summary>The same for each larger batch that is worth it, the smallest first: for who has the memory.</summary>
    public IReadOnlyList<Footprint> Batched { get; init; } = [];

    /// <summary>What batches were measured to cost; null where nobody measured.</summary>
    public BatchTable? Batches { get; init; }
}

/// <summary>
/// Chooses the footprint that a model is counted with: what its card declares stands as it is; else the record of the first of its
/// providers that has one; else the estimate. Batches are those that were measured to be worth it, and none where nothing was measured; a
/// declared footprint allows those that fit what it says of a run. Pure.
/// </summary>
public static class FootprintResolver
{
    private const int Batch = 1;

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
            var worth = record.Batches?.Worth(MostOf(card, inspection)) ?? [1];
            var batched = worth.Skip(1).Select(batch => record.ToFootprint(lanes, inspection.Footprint, batch)).ToArray();
            var resolved = card.Footprint is { } declared
                ? new ResolvedFootprint(declared with { Batch = batched.LastOrDefault(b => b.Run.FitsIn(declared.Run))?.Batch ?? declared.Batch }, record.Fixed ?? Bytes.Zero, key)
                : new ResolvedFootprint(record.ToFootprint(lanes, inspection.Footprint), record.Fixed ?? Bytes.Zero, key) { Batched = batched };
            return resolved with { Batches = record.Batches };
        }
        return new ResolvedFootprint(card.Footprint ?? inspection.Footprint, Bytes.Zero, null);
    }

    /// <summary>The inspection with the footprint that the model is counted with.</summary>
    public static ModelInspection Apply(ModelCard card, ModelInspection inspection, IFootprintStore? store, int lanes)
    {
        var resolved = Resolve(card, inspection, store, lanes);
        return inspection with { Footprint = resolved.Footprint, Batched = resolved.Batched, Batches = resolved.Batches ?? inspection.Batches };
    }

    /// <summary>The largest batch that a model's card and its file allow.</summary>
    public static int MostOf(ModelCard card, ModelInspection inspection) => BatchSizes.Floor(Math.Min(card.MaxBatch ?? BatchSizes.MostByItself, inspection.MaxBatch));

    /// <summary>The key of a model on a provider; null where its content is not known.</summary>
    public static FootprintKey? KeyOf(ModelInspection inspection, ExecutionProvider provider) =>
        inspection.ContentHash is { } hash ? new FootprintKey(hash, provider, inspection.Precision, Batch) : null;
}
