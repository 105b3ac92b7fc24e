using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx;

/// <summary>A footprint guessed from a model's file, on the safe side of what small vision models were measured to need.</summary>
internal static class FootprintEstimate
{
    /// <summary>The guess.</summary>
    public static Footprint Of(ModelCard card, long fileBytes)
    {
        var file = new Bytes(fileBytes);
        return new Footprint(
            PoolVector.OfHost(Bytes.MiB(10) + (file * 3)),
            PoolVector.OfHost(Bytes.MiB(6) + (file * 2)),
            PoolVector.OfHost(Bytes.MiB(16)),
            FootprintSource.Estimated);
    }
}
