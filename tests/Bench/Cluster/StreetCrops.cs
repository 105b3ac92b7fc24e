using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Cluster;

/// <summary>Crops of the street, at places spread over a frame: what is in them does not matter, that they look like a street does.</summary>
internal static class StreetCrops
{
    /// <summary>Fills a buffer with crops, packed one behind the other.</summary>
    public static void Fill(PixelBuffer into, int count, int side)
    {
        using var source = FrameSources.Open(BenchData.Street);
        using var pool = new PixelPool(1, source.Open().FrameBytes);
        var buffer = pool.TryRent()!;
        if (source.Read(buffer) is not SourceRead.Frame frame) throw new InvalidOperationException("The street has no frames.");
        var view = buffer.View(frame.Width, frame.Height);
        for (var i = 0; i < count; i++)
        {
            var (left, top) = (frame.Width * (i % 4) / 5f, frame.Height * (i / 4) / 3f);
            Cropper.Crop(view, new BoundingBox(left, top, left + 60, top + 130), into.View(side, side, i * ImageView.PackedBytes(side, side)));
        }
        buffer.Release();
    }
}
