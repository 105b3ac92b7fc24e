using System.Buffers;
using System.Globalization;
using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

/// <summary>Keeps pictures of classified objects in a folder, as JPEG files that are whole or not there; the oldest go where there are too many.</summary>
/// <param name="settings">Of what, where, and how many.</param>
/// <param name="drops">Whether it goes on where it cannot write.</param>
/// <param name="time">Names pictures, and measures how far apart they are.</param>
internal sealed class SnapshotSink(SnapshotSettings settings, bool drops, TimeProvider time) : IFrameSink
{
    private const int Quality = 90;
    private const string Extension = ".jpg";

    // With what else is in a name, short enough for every file system.
    private const int LongestLabel = 40;

    private readonly SinkFaults _faults = new(drops);
    private readonly SnapshotChoice _choice = new(settings);
    private readonly ArrayBufferWriter<byte> _jpeg = new();
    private readonly long _begun = time.GetTimestamp();
    private FileSeries? _pictures;

    /// <inheritdoc/>
    public bool DrawsPixels => true;

    /// <inheritdoc/>
    public long Dropped => _faults.Dropped;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        _faults.Warn = context.Warn;
        SinkFiles.RequireOpenCv("Snapshots", settings.Folder);
        try
        {
            Directory.CreateDirectory(settings.Folder);
            var pictures = new FileSeries(settings.Folder, NameOf(context.Pipeline), Extension, detailed: true);
            WholeFile.RemoveDrafts(settings.Folder, pictures.Has);
            pictures.Scan();
            pictures.Shrink(settings.MaxFiles, settings.MaxSize.Count);
            _pictures = pictures;
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Snapshots '{settings.Folder}' cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        var pictures = _pictures ?? throw new SinkException($"Snapshots '{settings.Folder}' are not open.");
        if (pixels is not { } frame) return;
        var now = time.GetElapsedTime(_begun);
        foreach (var found in report.Objects)
        {
            if (_choice.Take(found, now)) Keep(pictures, report, found, frame);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>What of a text may stand in a file's name: letters of any script, and digits.</summary>
    internal static string NameOf(string text)
    {
        var name = string.Concat(text.Take(LongestLabel).Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        return name.Length > 0 ? name : "_";
    }

    private void Keep(FileSeries pictures, FrameReport report, ObjectReport found, in ImageView frame)
    {
        try
        {
            _jpeg.ResetWrittenCount();
            if (settings.Picture == SnapshotPicture.Crop) CropCodec.EncodeJpeg(Cropper.Cut(frame, found.Box), Quality, _jpeg);
            else EncodeFrame(report with { Objects = [found] }, frame);
            var bytes = _jpeg.WrittenCount;
            if (bytes > settings.MaxSize.Count) throw new IOException($"a picture of {bytes} bytes is larger than max-size");
            Directory.CreateDirectory(settings.Folder);
            pictures.Shrink(settings.MaxFiles - 1, settings.MaxSize.Count - bytes);
            var path = pictures.Next(time.GetUtcNow(), string.Create(CultureInfo.InvariantCulture, $"{report.Frame}-{NameOf(found.Labels[0].Name)}"));
            WholeFile.WriteAmongMany(path, _jpeg.WrittenSpan.ToArray());
            pictures.Add(path, bytes);
            _faults.Wrote(settings.Folder);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e) || e is OpenCVException)
        {
            _faults.Lose(1, $"Snapshots '{settings.Folder}' cannot be written: {e.Message}", e);
        }
    }

    private void EncodeFrame(FrameReport report, in ImageView frame)
    {
        using var source = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Address, frame.Stride);
        using var drawn = source.Clone();
        FramePainter.Draw(drawn, report);
        CropCodec.EncodeJpeg(new ImageView(drawn.Data, drawn.Width, drawn.Height, (int)drawn.Step()), Quality, _jpeg);
    }
}
