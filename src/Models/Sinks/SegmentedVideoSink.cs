using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>
/// An annotated video in pieces: the one that is being written lies under the path itself, finished ones beside it under the time that they
/// began; one that a killed run left, under the time that it was last written to. Each finished one is whole and can be read by itself. One
/// that cannot be renamed stays as it is, and no other is begun until it can.
/// </summary>
/// <param name="path">The file that is written.</param>
/// <param name="settings">When a new one is begun, and how many stay.</param>
/// <param name="drops">Whether it goes on where it cannot write.</param>
/// <param name="time">Measures how long a piece is, and names it.</param>
internal sealed class SegmentedVideoSink(string path, SegmentSettings settings, bool drops, TimeProvider time) : IFrameSink
{
    private readonly SinkFaults _faults = new(drops);
    private readonly FileSeries _finished = SinkFiles.SeriesBeside(path);
    private SinkContext? _context;
    private VideoCanvas? _canvas;
    private VideoFile? _segment;
    private Piece? _piece;
    private DateTimeOffset _at;
    private long _begun;

    /// <inheritdoc/>
    public bool DrawsPixels => true;

    /// <inheritdoc/>
    public long Dropped => _faults.Dropped;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        (_context, _faults.Warn) = (context, context.Warn);
        VideoFile.RequireCodec(path);
        SinkFiles.RequireOpenCv("Video", path);
        SinkFiles.MakeFolder("Video", path);
        _canvas = new VideoCanvas(context);
        try
        {
            _finished.Scan();
            // An earlier run was killed while it wrote this: what can be read of it is kept.
            if (VideoFile.CanBeRead(path)) SetAside(new DateTimeOffset(File.GetLastWriteTimeUtc(path)));
            _finished.Shrink(settings.Keep);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Video '{path}' cannot be written: {e.Message}", e);
        }
        _segment = Begin(_canvas, context);
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        if (_canvas is not { } canvas || _context is not { } context) throw new SinkException($"Video '{path}' is not open.");
        canvas.Draw(report, pixels);
        if ((_segment ??= TryBegin(canvas, context)) is not { } segment) return;
        segment.Write(canvas.Picture);
        if (IsOver(segment)) Finish(segment);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_segment is { } segment) Finish(segment);
        if (MakeWay() is { } fault) _faults.Warn($"{CannotBeSetAside(fault)}; it stays under this name");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _segment?.Dispose();
        _canvas?.Dispose();
    }

    private VideoFile? TryBegin(VideoCanvas canvas, SinkContext context)
    {
        try
        {
            SinkFiles.MakeFolder("Video", path);
            if (MakeWay() is { } fault) throw new SinkException(CannotBeSetAside(fault), fault);
            return Begin(canvas, context);
        }
        catch (SinkException e)
        {
            _faults.Lose(1, e.Message, e);
            return null;
        }
    }

    private VideoFile Begin(VideoCanvas canvas, SinkContext context)
    {
        (_at, _begun) = (time.GetUtcNow(), time.GetTimestamp());
        return new VideoFile(path, canvas.Picture.Size(), context.FramesPerSecond);
    }

    private bool IsOver(VideoFile segment) =>
        segment.Length is not { } bytes || bytes >= settings.Size?.Count || time.GetElapsedTime(_begun) >= settings.Length;

    private void Finish(VideoFile segment)
    {
        _segment = null;
        var kept = segment.Finish();
        _piece = new Piece(_at, kept);
        // Where that fails, it is tried again before the next one begins.
        TrySetAside(_piece);
        if (kept < segment.Frames) _faults.Lose(segment.Frames - kept, $"Video '{path}' holds {kept} of the {segment.Frames} frames written: the disk may be full, or its folder is gone");
        else if (kept > 0) _faults.Wrote(path);
        RemoveOldest();
    }

    /// <summary>Sets a finished piece aside that could not be before, if it is still there.</summary>
    /// <returns>Why the path is not free; null where it is.</returns>
    private Exception? MakeWay()
    {
        if (_piece is not { } piece || TrySetAside(piece) is not { } fault) return null;
        if (File.Exists(path)) return fault;
        _piece = null;
        _faults.Lose(piece.Frames, $"Video '{path}' was taken away before it could be set aside", fault);
        return null;
    }

    private Exception? TrySetAside(Piece piece)
    {
        try
        {
            if (piece.Frames > 0) SetAside(piece.Begun);
            else if (File.Exists(path)) File.Delete(path);
            _piece = null;
            return null;
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            return e;
        }
    }

    private void SetAside(DateTimeOffset at)
    {
        var bytes = new FileInfo(path).Length;
        var name = _finished.Next(at);
        File.Move(path, name);
        _finished.Add(name, bytes);
    }

    private string CannotBeSetAside(Exception fault) => $"Video '{path}' cannot be set aside under its time: {fault.Message}";

    private void RemoveOldest()
    {
        try
        {
            _finished.Shrink(settings.Keep);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            _faults.Warn($"Video '{path}': its oldest piece cannot be deleted: {e.Message}");
        }
    }

    /// <summary>A finished piece that lies under the path still; without frames it is deleted.</summary>
    private sealed record Piece(DateTimeOffset Begun, long Frames);
}
