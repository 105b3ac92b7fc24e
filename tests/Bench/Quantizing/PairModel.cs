using ActorPipeline.Catalog;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>One of the pair, as it goes to a process.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Load">Bytes that a load takes at most.</param>
/// <param name="Resident">Bytes that it takes idle.</param>
/// <param name="Run">Bytes that a lane adds.</param>
internal sealed record PairModel(string Path, long Load, long Resident, long Run)
{
    /// <summary>From a card with a declared footprint.</summary>
    public static PairModel Of(ModelCard card)
    {
        var footprint = card.Footprint!;
        return new(card.Path, footprint.Load.Total.Count, footprint.Resident.Total.Count, footprint.Run.Total.Count);
    }

    /// <summary>The card, but for this file and footprint.</summary>
    public ModelCard As(ModelCard card) => card with { Path = Path, Footprint = Footprint.Declared(new Bytes(Load), new Bytes(Resident), new Bytes(Run)) };
}
