using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>One JSON object a line for each frame. Lines are gathered in a buffer; a disk that is full shows at Write or Complete.</summary>
internal sealed class JsonLinesSink : IFrameSink
{
    private const int BufferBytes = 64 * 1024;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly ArrayBufferWriter<byte> _lines = new(BufferBytes);
    private readonly Utf8JsonWriter _json;
    private FileStream? _file;
    private long _flushed = Stopwatch.GetTimestamp();

    public JsonLinesSink(string path)
    {
        _path = path;
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <inheritdoc/>
    public bool DrawsPixels => false;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        SinkFiles.MakeFolder("Results", _path);
        try
        {
            // No buffer in the stream: what it holds back it would write when disposed, where failing is too late.
            _file = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Results '{_path}' cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        _json.Reset();
        WriteFrame(report);
        _json.Flush();
        _lines.Write("\n"u8);
        // Who watches the file grow waits no longer than that, as long as frames come.
        if (_lines.WrittenCount >= BufferBytes - 4096 || Stopwatch.GetElapsedTime(_flushed) >= FlushEvery) Flush();
    }

    /// <inheritdoc/>
    public void Complete()
    {
        Flush();
        Close();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Whoever goes away without Complete keeps the lines written so far, as far as they can be kept.
        try
        {
            if (_file is not null) Complete();
        }
        catch (SinkException)
        {
            _file?.Dispose();
        }
        _json.Dispose();
    }

    private void Flush()
    {
        var file = _file ?? throw new SinkException($"Results '{_path}' are not open.");
        try
        {
            file.Write(_lines.WrittenSpan);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Results '{_path}' cannot be written: {e.Message}", e);
        }
        finally
        {
            _lines.ResetWrittenCount();
            _flushed = Stopwatch.GetTimestamp();
        }
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Results '{_path}' cannot be finished: {e.Message}", e);
        }
        finally
        {
            _file = null;
        }
    }

    private void WriteFrame(FrameReport report)
    {
        _json.WriteStartObject();
        _json.WriteNumber("frame"u8, report.Frame);
        _json.WriteNumber("ms"u8, Math.Round(report.Position.TotalMilliseconds, 3));
        if (report.Name is { } name) _json.WriteString("name"u8, name);
        _json.WriteString("outcome"u8, report.Outcome);
        if (report.Reason is { } reason) _json.WriteString("reason"u8, reason);
        _json.WriteNumber("latencyMs"u8, Math.Round(report.LatencyMs, 3));
        _json.WriteStartArray("objects"u8);
        foreach (var found in report.Objects) WriteObject(found);
        _json.WriteEndArray();
        if (report.More) _json.WriteBoolean("more"u8, true);
        WriteNames("variants"u8, report.Variants);
        WriteNames("nodes"u8, report.Nodes);
        _json.WriteEndObject();
    }

    private void WriteNames(ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0) return;
        _json.WriteStartObject(key);
        foreach (var (model, name) in names) _json.WriteString(model, name);
        _json.WriteEndObject();
    }

    private void WriteObject(ObjectReport found)
    {
        _json.WriteStartObject();
        _json.WriteStartArray("box"u8);
        WriteTenths(found.Box.Left);
        WriteTenths(found.Box.Top);
        WriteTenths(found.Box.Right);
        WriteTenths(found.Box.Bottom);
        _json.WriteEndArray();
        _json.WriteString("class"u8, found.Class);
        _json.WriteNumber("score"u8, Math.Round((double)found.Score, 4));
        _json.WriteStartArray("labels"u8);
        foreach (var label in found.Labels)
        {
            _json.WriteStartObject();
            _json.WriteString("label"u8, label.Name);
            _json.WriteNumber("score"u8, Math.Round((double)label.Score, 4));
            if (label.By is { } by) _json.WriteString("by"u8, by);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
        if (found.Track is { } track)
        {
            _json.WriteNumber("track"u8, track);
            _json.WriteBoolean("reused"u8, found.Reused);
            _json.WriteBoolean("predicted"u8, found.Predicted);
        }
        _json.WriteEndObject();
    }

    private void WriteTenths(float value) => _json.WriteNumberValue(Math.Round((double)value, 1));
}
