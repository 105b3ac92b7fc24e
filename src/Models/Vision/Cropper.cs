using OpenCvSharp;

namespace ActorPipeline.Vision;

/// <summary>Cuts an object out of a frame and resizes it.</summary>
public static class Cropper
{
    /// <summary>Fills <paramref name="into"/> with the box's pixels, stretched to its size (bilinear).</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="box">The object; what lies outside the frame is left out, and less than a pixel counts as one.</param>
    /// <param name="into">The crop; it must not overlap the frame's memory.</param>
    public static void Crop(in ImageView frame, in BoundingBox box, in ImageView into)
    {
        var (left, width) = Interval(box.Left, box.Right, frame.Width);
        var (top, height) = Interval(box.Top, box.Bottom, frame.Height);
        var first = frame.Address + (nint)(((long)top * frame.Stride) + (left * 3L));
        PictureResize.Stretch(new ImageView(first, width, height, frame.Stride), into);
    }

    /// <summary>Fills a buffer with the crops of these objects, one behind the other.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="into">At least as many crops long.</param>
    /// <param name="width">Pixels across each crop.</param>
    /// <param name="height">Pixels down each crop.</param>
    /// <param name="offset">Bytes of the buffer before the first crop.</param>
    /// <returns>Why it failed; null where it did not. It never throws: one frame's fault is not its stage's.</returns>
    public static string? TryCropAll(in ImageView frame, IReadOnlyList<Detection> objects, IReadOnlyList<int> chosen, PixelBuffer into, int width, int height, int offset = 0)
    {
        try
        {
            for (var i = 0; i < chosen.Count; i++) Crop(frame, objects[chosen[i]].Box, into.View(width, height, offset + (i * ImageView.PackedBytes(width, height))));
            return null;
        }
        catch (Exception error) when (error is OpenCVException or OpenCvUnavailableException or ArgumentException)
        {
            return error.Message;
        }
    }

    /// <summary>Whole pixels that cover an interval, at least one, all inside a picture of this size.</summary>
    internal static (int Start, int Length) Interval(float from, float to, int size)
    {
        // A NaN or reversed edge must not become an address outside the frame.
        var low = float.IsNaN(from) ? 0 : Math.Clamp(from, 0, size);
        var high = float.IsNaN(to) ? low : Math.Clamp(to, 0, size);
        var start = Math.Min((int)MathF.Floor(low), size - 1);
        var end = Math.Clamp((int)MathF.Ceiling(high), start + 1, size);
        return (start, end - start);
    }
}
