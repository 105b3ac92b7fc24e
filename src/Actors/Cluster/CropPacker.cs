using System.Buffers;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Cluster;

/// <summary>Crops to the bytes of a batch, and back.</summary>
internal static class CropPacker
{
    /// <summary>Packs all crops, one behind the other.</summary>
    /// <param name="crops">The crops.</param>
    /// <param name="encoding">How.</param>
    /// <param name="quality">Of a JPEG, 1 to 100.</param>
    /// <param name="expected">Bytes that are expected.</param>
    /// <returns>The bytes, and how many are each crop's.</returns>
    public static (ReadOnlyMemory<byte> Bytes, int[] Each) Pack(HeldCrops crops, CropEncoding encoding, int quality, long expected)
    {
        var into = new ArrayBufferWriter<byte>((int)Math.Max(256, expected + (expected / 4)));
        var each = new int[crops.Count];
        for (var i = 0; i < each.Length; i++)
            each[i] = encoding == CropEncoding.Raw ? CropCodec.Pack(crops.View(i), into) : CropCodec.EncodeJpeg(crops.View(i), quality, into);
        return (into.WrittenMemory, each);
    }

    /// <summary>Fills a buffer with some of a batch's crops.</summary>
    /// <param name="head">The batch.</param>
    /// <param name="bytes">All its bytes.</param>
    /// <param name="first">The first crop.</param>
    /// <param name="count">How many.</param>
    /// <param name="into">Has room for so many, packed one behind the other.</param>
    /// <returns>Why it failed; null where it did not. It never throws for what came.</returns>
    public static string? TryUnpack(BatchHead head, ReadOnlyMemory<byte> bytes, int first, int count, PixelBuffer into)
    {
        var (offset, place) = (0, 0);
        for (var i = 0; i < first + count; i++)
        {
            if (i >= first)
            {
                var view = into.View(head.Width, head.Height, place++ * ImageView.PackedBytes(head.Width, head.Height));
                var crop = bytes.Span.Slice(offset, head.Crops[i]);
                if ((head.Encoding == CropEncoding.Raw ? CropCodec.TryUnpack(crop, view) : CropCodec.TryDecodeJpeg(crop, view)) is { } fault) return $"crop {i}: {fault}";
            }
            offset += head.Crops[i];
        }
        return null;
    }
}
