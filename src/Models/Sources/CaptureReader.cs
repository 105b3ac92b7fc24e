using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>
/// Moves frames from an OpenCV capture into pixel buffers: the first one decoded while opening, the rest as they are asked for. A live
/// source is forgiven more than a file: buffers are for the first frames it gave, and its frames are made to fit them; one that is
/// garbage fails alone.
/// </summary>
/// <param name="capture">Is disposed with it.</param>
/// <param name="clock">A live source's time; null for a file, whose frames have their time in it.</param>
internal sealed class CaptureReader(IGrabber capture, Func<TimeSpan>? clock = null) : IDisposable
{
    /// <summary>A live source that gives so many unusable frames in a row is lost: opening it anew may help, reading on does not.</summary>
    internal const int MostUnreadable = 25;

    private bool _firstWaits;
    private int _unreadable;
    private Mat? _large;

    /// <summary>Size of the first frame, and of the last that could be read.</summary>
    public (int Width, int Height) Size { get; private set; }

    /// <summary>Nominal rate; null where the source has none.</summary>
    public double? FramesPerSecond => capture.Fps is > 0 and < 1000 and var fps ? fps : null;

    /// <summary>Frames the container says it has; null where it does not say.</summary>
    public long? FrameCount => capture.FrameCount is > 0 and var count ? count : null;

    /// <summary>Decodes the first frame, so that the decoder's own memory is there and the size is known for certain.</summary>
    /// <param name="maxPixels">Larger frames are refused before they are decoded.</param>
    /// <returns>Null, or why there is none.</returns>
    public string? DecodeFirst(long maxPixels)
    {
        var (width, height) = (capture.FrameWidth, capture.FrameHeight);
        if ((long)width * height > maxPixels) return $"its frames of {width}x{height} have more than the {maxPixels} pixels allowed";
        using var first = new Mat();
        if (!capture.Grab() || !TryRetrieve(first, out _) || first.Empty()) return "not one frame can be decoded";
        if ((long)first.Width * first.Height > maxPixels) return $"its frames of {first.Width}x{first.Height} have more than the {maxPixels} pixels allowed";
        Size = (first.Width, first.Height);
        _firstWaits = true;
        return null;
    }

    /// <summary>Fills a buffer with the next frame.</summary>
    /// <returns>
    /// A frame, or null at the end. A file's frame that does not fit is <see cref="SourceRead.Lost"/>; a live one is shrunk to fit, and one
    /// that is none is <see cref="SourceRead.Unreadable"/>, until there are too many in a row.
    /// </returns>
    public SourceRead? Next(PixelBuffer into)
    {
        if (!_firstWaits && !capture.Grab()) return null;
        _firstWaits = false;
        // Straight into the buffer, where the frame is as large as the one before it. One that cannot fit has memory of its own.
        if ((long)Size.Width * Size.Height * 3 > into.Capacity) return Judge(into, _large ??= new Mat(), IntPtr.Zero);
        var view = into.View(Size.Width, Size.Height);
        using var target = Mat.FromPixelData(view.Height, view.Width, MatType.CV_8UC3, view.Address, view.Stride);
        return Judge(into, target, view.Address);
    }

    private SourceRead? Judge(PixelBuffer into, Mat target, IntPtr buffer)
    {
        if (!TryRetrieve(target, out var why)) return clock is null ? null : Unreadable(why);
        var (width, height) = (target.Width, target.Height);
        if (target.Empty() || target.Type() != MatType.CV_8UC3)
            return clock is null ? Changed(target) : Unreadable(target.Empty() ? "it is empty" : $"its pixels are {target.Type()} and not 8-bit BGR");
        // OpenCV gives the header other memory where the frame has another size or type than was expected.
        if (target.Data == buffer) return Frame(width, height);
        var (fitWidth, fitHeight) = Fit(width, height, into.Capacity);
        if ((fitWidth, fitHeight) != (width, height) && clock is null) return Changed(target);
        var view = into.View(fitWidth, fitHeight);
        using var copy = Mat.FromPixelData(view.Height, view.Width, MatType.CV_8UC3, view.Address, view.Stride);
        if ((fitWidth, fitHeight) == (width, height)) target.CopyTo(copy);
        else Cv2.Resize(target, copy, new Size(fitWidth, fitHeight));
        Size = (width, height);
        return Frame(fitWidth, fitHeight);
    }

    /// <summary>The largest size with the same shape that a buffer holds; the size itself where it fits.</summary>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="capacity">Bytes of the buffer, for packed BGR.</param>
    internal static (int Width, int Height) Fit(int width, int height, int capacity)
    {
        long most = capacity / 3;
        if ((long)width * height <= most) return (width, height);
        var scale = Math.Sqrt((double)most / ((double)width * height));
        // A side of a very flat picture is one pixel at least, and the other what is left then. A third of three is not to be 0.9999.
        var fitWidth = (int)Math.Clamp((width * scale) + 1e-6, 1, most);
        var fitHeight = (int)Math.Clamp((height * scale) + 1e-6, 1, most / fitWidth);
        return (fitWidth, fitHeight);
    }

    private bool TryRetrieve(Mat into, out string why)
    {
        why = "it cannot be decoded";
        try
        {
            return capture.Retrieve(into);
        }
        catch (OpenCVException e)
        {
            why = $"it cannot be decoded: {e.Message}";
            return false;
        }
    }

    private SourceRead.Frame Frame(int width, int height)
    {
        _unreadable = 0;
        return new SourceRead.Frame(width, height, clock?.Invoke() ?? FilePosition());
    }

    private SourceRead Unreadable(string why) =>
        ++_unreadable < MostUnreadable ? new SourceRead.Unreadable(why, null) : new SourceRead.Lost($"{_unreadable} frames in a row could not be used, the last because {why}");

    private SourceRead.Lost Changed(Mat target) =>
        new($"its frames changed from {Size.Width}x{Size.Height} to {target.Width}x{target.Height} ({target.Type()}), which no longer fit");

    private TimeSpan FilePosition() => capture.PositionMs is > 0 and < 1e11 and var ms ? TimeSpan.FromMilliseconds(ms) : TimeSpan.Zero;

    /// <inheritdoc/>
    public void Dispose()
    {
        _large?.Dispose();
        capture.Dispose();
    }
}
