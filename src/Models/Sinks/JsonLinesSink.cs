using System.Buffers;
using System.Text.Json;
using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>One JSON object a line for each frame.</summary>
/// <param name="path">The file.</param>
/// <param name="rotate">When a new file is begun; null for never.</param>
/// <param name="drops">Whether it goes on where it cannot write.</param>
/// <param name="time">Measures how old a file is, and names it.</param>
internal sealed class JsonLinesSink(string path, RotateSettings? rotate, bool drops, TimeProvider time) : IFrameSink
{
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly SinkFaults _faults = new(drops);
    private Utf8JsonWriter? _json;
    private LineFile? _file;

    /// <inheritdoc/>
    public bool DrawsPixels => false;

    /// <inheritdoc/>
    public long Dropped => _faults.Dropped;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        _faults.Warn = context.Warn;
        _json = new Utf8JsonWriter(_line, FrameJson.Options);
        _file = new LineFile(path, default, rotate, _faults, time);
        _file.Open();
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        if (_file is not { } file || _json is not { } json) throw new SinkException($"Results '{path}' are not open.");
        _line.ResetWrittenCount();
        json.Reset();
        FrameJson.Write(json, report);
        json.Flush();
        _line.Write("\n"u8);
        file.Add(_line.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Complete() => _file?.Complete();

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _json?.Dispose();
    }
}
