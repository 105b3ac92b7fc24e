using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx;

/// <summary>
/// A footprint guessed from a model's file, on the safe side of what small vision models of 3 to 12 MB were measured to need in
/// anonymous memory. While loading, the file's weights are there up to three times (parsed, copied, packed); activations follow the
/// input's size more than the file's, so that a run is guessed from the kind alone.
/// </summary>
internal static class FootprintEstimate
{
    /// <summary>Peak of a load that prepares: the plain load, and one run of it without an arena (23 MiB were measured for PicoDet-S, 20 for SqueezeNet, 28 for PP-LCNet).</summary>
    public static Bytes Build(ModelCard card, long fileBytes) => Bytes.MiB(card.IsDetector ? 16 : 8) + new Bytes(fileBytes * 7 / 2);

    /// <summary>The guess.</summary>
    /// <param name="card">The model.</param>
    /// <param name="fileBytes">Its file's length.</param>
    /// <param name="arena">Whether its session is to have an arena; else its runs fragment the heap, and need more than they use.</param>
    public static Footprint Of(ModelCard card, long fileBytes, bool arena)
    {
        var run = (card.IsDetector, arena) switch
        {
            (true, true) => 24,
            (false, true) => 16,
            (true, false) => 80,
            (false, false) => 64,
        };
        return new Footprint(
            PoolVector.OfHost(Bytes.MiB(12) + new Bytes(fileBytes * 7 / 2)),
            PoolVector.OfHost(Bytes.MiB(6) + new Bytes(fileBytes * 5 / 4)),
            PoolVector.OfHost(Bytes.MiB(run)),
            FootprintSource.Estimated);
    }
}
