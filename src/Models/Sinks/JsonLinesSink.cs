using System.Buffers;
using System.Diagnostics;
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
        _json = new Utf8JsonWriter(_lines, FrameJson.Options);
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
        FrameJson.Write(_json, report);
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
}
