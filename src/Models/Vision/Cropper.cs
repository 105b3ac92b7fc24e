using ActorPipeline.Catalog;
using OpenCvSharp;

namespace ActorPipeline.Vision;

/// <summary>Cuts an object out of a frame and resizes it.</summary>
public static class Cropper
{
    /// <summary>Fills <paramref name="into"/> with the box's pixels, resized (bilinear).</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="box">The object; what lies outside the frame is left out, and less than a pixel counts as one.</param>
    /// <param name="into">The crop; it must not overlap the frame's memory.</param>
    /// <param name="resize">How it is fitted in: stretched, or as a line of text.</param>
    public static void Crop(in ImageView frame, in BoundingBox box, in ImageView into, ResizeMode resize = ResizeMode.Stretch) =>
        PictureFit.Into(resize, Cut(frame, box), into);

    /// <summary>The box's pixels, where they lie in the frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="box">The object; what lies outside the frame is left out, and less than a pixel counts as one.</param>
    public static ImageView Cut(in ImageView frame, in BoundingBox box)
    {
        var (left, width) = Interval(box.Left, box.Right, frame.Width);
        var (top, height) = Interval(box.Top, box.Bottom, frame.Height);
        return new ImageView(frame.Address + (nint)(((long)top * frame.Stride) + (left * 3L)), width, height, frame.Stride);
    }

    /// <summary>Fills a buffer with the crops of these objects, one behind the other.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="into">At least as many crops long.</param>
    /// <param name="width">Pixels across each crop.</param>
    /// <param name="height">Pixels down each crop.</param>
    /// <param name="offset">Bytes of the buffer before the first crop.</param>
    /// <param name="resize">How they are fitted in.</param>
    /// <returns>Why it failed; null where it did not. It never throws: one frame's fault is not its stage's.</returns>
    public static string? TryCropAll(in ImageView frame, IReadOnlyList<Detection> objects, IReadOnlyList<int> chosen, PixelBuffer into, int width, int height, int offset = 0, ResizeMode resize = ResizeMode.Stretch)
    {
        try
        {
            for (var i = 0; i < chosen.Count; i++) Crop(frame, objects[chosen[i]].Box, into.View(width, height, offset + (i * ImageView.PackedBytes(width, height))), resize);
            return null;
        }
        catch (Exception error) when (error is OpenCVException or OpenCvUnavailableException or ArgumentException)
        {
            return error.Message;
        }
    }

    /// <summary>Turns what a crop shows half round; what lies beside it stays.</summary>
    /// <param name="box">The object that was cut out.</param>
    /// <param name="frameWidth">Pixels across its frame.</param>
    /// <param name="frameHeight">Pixels down its frame.</param>
    /// <param name="crop">The crop.</param>
    /// <param name="resize">How it was fitted in.</param>
    public static unsafe void Turn(in BoundingBox box, int frameWidth, int frameHeight, in ImageView crop, ResizeMode resize)
    {
        var (_, boxWidth) = Interval(box.Left, box.Right, frameWidth);
        var (_, boxHeight) = Interval(box.Top, box.Bottom, frameHeight);
        var (width, height) = PictureFit.Size(resize, boxWidth, boxHeight, crop.Width, crop.Height);
        for (var i = 0; i < width * height / 2; i++)
        {
            var one = (byte*)crop.Address + ((long)(i / width) * crop.Stride) + (i % width * 3);
            var other = (byte*)crop.Address + ((long)(height - 1 - (i / width)) * crop.Stride) + ((width - 1 - (i % width)) * 3);
            for (var channel = 0; channel < 3; channel++) (one[channel], other[channel]) = (other[channel], one[channel]);
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
