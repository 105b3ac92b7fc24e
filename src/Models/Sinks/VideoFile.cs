using OpenCvSharp;

namespace ActorPipeline.Sinks;

/// <summary>A video that is being written: MJPG in .avi, MPEG-4 in .mp4.</summary>
internal sealed class VideoFile : IDisposable
{
    private readonly string _path;
    private readonly VideoWriter _writer;

    /// <param name="path">The file; what was there is gone.</param>
    /// <param name="size">Pixels of every frame.</param>
    /// <param name="rate">Frames a second; 10 where that is none.</param>
    /// <exception cref="SinkException">It cannot be written.</exception>
    public VideoFile(string path, Size size, double rate)
    {
        _path = path;
        var codec = CodecOf(path);
        RequireWritable(path);
        if (rate is not (> 0 and <= 1000)) rate = 10;
        _writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, codec, rate, size);
        if (_writer.IsOpened()) return;
        _writer.Dispose();
        throw new SinkException($"Video '{path}' cannot be written: OpenCV could not open it for {size.Width}x{size.Height} at {rate:0.##} frames a second.");
    }

    /// <summary>Frames written so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Bytes on the disk, of which the encoder holds the newest back; null where the file is gone.</summary>
    public long? Length => new FileInfo(_path) is { Exists: true, Length: var length } ? length : null;

    /// <summary>Refuses names that there is no codec for.</summary>
    /// <exception cref="SinkException">There is none.</exception>
    public static void RequireCodec(string path) => CodecOf(path);

    /// <summary>Whether there is a video, finished or not, of which a frame can be read.</summary>
    public static bool CanBeRead(string path)
    {
        using var video = Open(path);
        using var frame = new Mat();
        return video?.Read(frame) == true;
    }

    /// <summary>Adds a frame. The encoder keeps its errors to itself: <see cref="Finish"/> finds them.</summary>
    public void Write(Mat picture)
    {
        _writer.Write(picture);
        Frames++;
    }

    /// <summary>Finishes it and reads back what the disk holds.</summary>
    /// <returns>Frames that are in it.</returns>
    public long Finish()
    {
        _writer.Dispose();
        if (Frames == 0) return 0;
        using var video = Open(_path);
        return Math.Clamp(video?.FrameCount ?? 0, 0, Frames);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static VideoCapture? Open(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) return null;
        var video = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        if (video.IsOpened()) return video;
        video.Dispose();
        return null;
    }

    private static int CodecOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".avi" => FourCC.MJPG,
        ".mp4" => FourCC.MP4V,
        var other => throw new SinkException($"Video '{path}': OpenCV has no codec here for '{other}'; name it .avi (MJPG) or .mp4 (MPEG-4)."),
    };

    // OpenCV says only that it did not open; the file system says why.
    private static void RequireWritable(string path)
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
