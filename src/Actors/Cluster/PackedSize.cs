using ActorPipeline.Inference;

namespace ActorPipeline.Cluster;

/// <summary>Expects how many bytes crops will be on the way, before they are packed. Pure; it learns from what was packed.</summary>
/// <param name="encoding">How crops are told.</param>
internal sealed class PackedSize(CropEncoding encoding)
{
    /// <summary>What was packed by now says more than this by so many times.</summary>
    private const int Weight = 8;

    /// <summary>Bytes of a pixel: a photograph of middle quality, or packed colours.</summary>
    private double _each = encoding == CropEncoding.Jpeg ? 0.2 : 3;

    /// <summary>Bytes of all crops of a piece of work; at least 1.</summary>
    public long Of(ClassifyWork work) => Math.Max(1, (long)(_each * Pixels(work)));

    /// <summary>They were packed.</summary>
    /// <param name="work">Which.</param>
    /// <param name="bytes">Bytes of all of them.</param>
    public void Learn(ClassifyWork work, long bytes)
    {
        if (Pixels(work) is > 0 and var pixels) _each += (((double)bytes / pixels) - _each) / Weight;
    }

    private static long Pixels(ClassifyWork work) => (long)work.Width * work.Height * work.Parts;
}
