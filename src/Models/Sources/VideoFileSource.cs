using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>A video file, read as fast as it is asked for.</summary>
internal sealed class VideoFileSource(string path, SourceOptions options) : IFrameSource
{
    private CaptureReader? _reader;
    private long? _promised;
    private long _read;

    /// <inheritdoc/>
    public SourceInfo Open()
    {
        RequireFile();
        SourceErrors.RequireOpenCv($"Video '{path}'");
        var capture = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        _reader = new CaptureReader(new OpenCvGrabber(capture));
        if (!capture.IsOpened())
            throw new SourceOpenException($"Video '{path}' is no video that OpenCV can read: of an unknown format, or damaged or cut off where its index is.");
        if (_reader.DecodeFirst(options.MaxPixels) is { } why) throw new SourceOpenException($"Video '{path}' cannot be used: {why}.");
        _promised = _reader.FrameCount;
        var (width, height) = _reader.Size;
        return new SourceInfo(false, width, height, _reader.FramesPerSecond, _promised, ImageView.PackedBytes(width, height));
    }

    /// <inheritdoc/>
    public SourceRead Read(PixelBuffer into)
    {
        var reader = _reader ?? throw new InvalidOperationException("The source is not open.");
        var next = reader.Next(into);
        if (next is SourceRead.Frame) _read++;
        return next switch
        {
            SourceRead.Lost lost => new SourceRead.Lost($"Video '{path}' after {_read} frames: {lost.Reason}."),
            null => AtEnd(),
            _ => next,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <summary>Frames that may be missing at the end: containers without an index only estimate their count.</summary>
    internal static long Tolerance(long promised) => Math.Max(2, promised / 50);

    private SourceRead AtEnd()
    {
        if (_promised is not { } promised || _read >= promised - Tolerance(promised)) return new SourceRead.EndOfFile();
        var gone = File.Exists(path) ? "" : "; the file is gone";
        return new SourceRead.Lost($"Video '{path}' breaks off after {_read} of {promised} frames (up to {Tolerance(promised)} may be missing): it is cut off or damaged{gone}.");
    }

    private void RequireFile()
    {
        if (!File.Exists(path)) throw new SourceOpenException($"Video '{path}' does not exist.");
        try
        {
            using var file = File.OpenHandle(path);
            if (RandomAccess.GetLength(file) == 0) throw new SourceOpenException($"Video '{path}' is empty (0 bytes).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceOpenException($"Video '{path}' cannot be read: {e.Message}", e);
        }
    }
}
