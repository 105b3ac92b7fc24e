using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

/// <summary>
/// A video with the results drawn in: MJPG in .avi, MPEG-4 in .mp4. Every frame has its place, so that the video keeps the source's
/// time: one without pixels is grey, with the reason.
/// </summary>
internal sealed class AnnotatedVideoSink(string path) : IFrameSink
{
    private static readonly Scalar Grey = new(96, 96, 96);

    private VideoWriter? _writer;
    private Mat? _canvas;
    private long _written;

    /// <inheritdoc/>
    public bool DrawsPixels => true;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        var codec = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".avi" => FourCC.MJPG,
            ".mp4" => FourCC.MP4V,
            var other => throw new SinkException($"Video '{path}': OpenCV has no codec here for '{other}'; name it .avi (MJPG) or .mp4 (MPEG-4)."),
        };
        RequireOpenCv();
        SinkFiles.MakeFolder("Video", path);
        RequireWritable();
        // MPEG-4 has chroma for every second pixel only.
        var size = new Size(Math.Max(2, (context.MaxWidth + 1) & ~1), Math.Max(2, (context.MaxHeight + 1) & ~1));
        var rate = context.FramesPerSecond is > 0 and <= 1000 ? context.FramesPerSecond : 10;
        _canvas = new Mat(size, MatType.CV_8UC3, Grey);
        _writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, codec, rate, size);
        if (!_writer.IsOpened()) throw new SinkException($"Video '{path}' cannot be written: OpenCV could not open it for {size.Width}x{size.Height} at {rate:0.##} frames a second.");
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        if (_writer is not { } writer || _canvas is not { } canvas) throw new SinkException($"Video '{path}' is not open.");
        if (pixels is { } picture) Paint(canvas, report, picture);
        else Blank(canvas, report);
        writer.Write(canvas);
        _written++;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_writer is null) throw new SinkException($"Video '{path}' is not open.");
        Release();
        if (_written == 0) return;
        // The encoder keeps its errors to itself: read back what the disk holds.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) throw new SinkException($"Video '{path}' was not written: the disk may be full, or its folder is gone.");
        using var readBack = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        var kept = readBack.IsOpened() ? Math.Max(0, readBack.FrameCount) : 0;
        if (kept < _written) throw new SinkException($"Video '{path}' holds {kept} of the {_written} frames written: the disk may be full.");
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private void Release()
    {
        _writer?.Dispose();
        _writer = null;
        _canvas?.Dispose();
        _canvas = null;
    }

    // Drawn on a copy, as others may be reading the frame; and in its own size, so that boxes and text stay sharp.
    private static void Paint(Mat canvas, FrameReport report, in ImageView picture)
    {
        using var source = Mat.FromPixelData(picture.Height, picture.Width, MatType.CV_8UC3, picture.Address, picture.Stride);
        if (picture.Width == canvas.Width && picture.Height == canvas.Height)
        {
            source.CopyTo(canvas);
            FramePainter.Draw(canvas, report);
            return;
        }
        using var drawn = source.Clone();
        FramePainter.Draw(drawn, report);
        var ratio = Math.Min((double)canvas.Width / picture.Width, (double)canvas.Height / picture.Height);
        int width = Math.Max(1, (int)(picture.Width * ratio)), height = Math.Max(1, (int)(picture.Height * ratio));
        canvas.SetTo(Grey);
        using var place = canvas.SubMat(new Rect((canvas.Width - width) / 2, (canvas.Height - height) / 2, width, height));
        Cv2.Resize(drawn, place, new Size(width, height));
    }

    private static void Blank(Mat canvas, FrameReport report)
    {
        canvas.SetTo(Grey);
        FramePainter.Draw(canvas, report);
    }

    private void RequireOpenCv()
    {
        try
        {
            OpenCvRuntime.EnsureLoaded();
        }
        catch (OpenCvUnavailableException e)
        {
            throw new SinkException($"Video '{path}' cannot be written: {e.Message}", e);
        }
    }

    // OpenCV says only that it did not open; the file system says why.
    private void RequireWritable()
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Video '{path}' cannot be written: {e.Message}", e);
        }
    }
}
