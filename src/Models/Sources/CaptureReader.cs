using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>Moves frames from an OpenCV capture into pixel buffers: the first one decoded while opening, the rest as they are asked for.</summary>
internal sealed class CaptureReader(VideoCapture capture) : IDisposable
{
    private bool _firstWaits;

    /// <summary>Size of the first frame.</summary>
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
        if (!capture.Grab() || !capture.Retrieve(first) || first.Empty()) return "not one frame can be decoded";
        if ((long)first.Width * first.Height > maxPixels) return $"its frames of {first.Width}x{first.Height} have more than the {maxPixels} pixels allowed";
        Size = (first.Width, first.Height);
        _firstWaits = true;
        return null;
    }

    /// <summary>Fills a buffer with the next frame.</summary>
    /// <returns>A frame, or null at the end; a frame that does not fit is <see cref="SourceRead.Lost"/>.</returns>
    public SourceRead? Next(PixelBuffer into, Func<TimeSpan> position)
    {
        if (!_firstWaits && !capture.Grab()) return null;
        _firstWaits = false;
        var view = into.View(Size.Width, Size.Height);
        using var target = Mat.FromPixelData(view.Height, view.Width, MatType.CV_8UC3, view.Address, view.Stride);
        if (!capture.Retrieve(target)) return null;
        if (target.Data == view.Address) return new SourceRead.Frame(view.Width, view.Height, position());
        // OpenCV gave the header other memory: the frame has another size or type than the first.
        if (target.Type() != MatType.CV_8UC3 || (long)target.Width * target.Height * 3 > into.Capacity)
            return new SourceRead.Lost($"its frames changed from {Size.Width}x{Size.Height} to {target.Width}x{target.Height} ({target.Type()}), which no longer fit");
        var changed = into.View(target.Width, target.Height);
        using var copy = Mat.FromPixelData(changed.Height, changed.Width, MatType.CV_8UC3, changed.Address, changed.Stride);
        target.CopyTo(copy);
        return new SourceRead.Frame(changed.Width, changed.Height, position());
    }

    /// <summary>The last frame's time in the file.</summary>
    public TimeSpan FilePosition() => capture.Get(VideoCaptureProperties.PosMsec) is > 0 and < 1e11 and var ms ? TimeSpan.FromMilliseconds(ms) : TimeSpan.Zero;

    /// <inheritdoc/>
    public void Dispose() => capture.Dispose();
}
