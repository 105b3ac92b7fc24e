using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>
/// A video with the results drawn in: MJPG in .avi, MPEG-4 in .mp4. Every frame has its place, so that the video keeps the source's
/// time: one without pixels is grey, with the reason.
/// </summary>
internal sealed class AnnotatedVideoSink(string path) : IFrameSink
{
    private VideoCanvas? _canvas;
    private VideoFile? _video;

    /// <inheritdoc/>
    public bool DrawsPixels => true;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        VideoFile.RequireCodec(path);
        SinkFiles.RequireOpenCv("Video", path);
        SinkFiles.MakeFolder("Video", path);
        _canvas = new VideoCanvas(context);
        _video = new VideoFile(path, _canvas.Picture.Size(), context.FramesPerSecond);
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        if (_video is not { } video || _canvas is not { } canvas) throw new SinkException($"Video '{path}' is not open.");
        canvas.Draw(report, pixels);
        video.Write(canvas.Picture);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        var video = _video ?? throw new SinkException($"Video '{path}' is not open.");
        _video = null;
        var kept = video.Finish();
        if (kept >= video.Frames) return;
        throw new SinkException(video.Length is > 0
            ? $"Video '{path}' holds {kept} of the {video.Frames} frames written: the disk may be full."
            : $"Video '{path}' was not written: the disk may be full, or its folder is gone.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _video?.Dispose();
        _canvas?.Dispose();
    }
}
