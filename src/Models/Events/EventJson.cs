using System.Buffers;
using System.Text.Json;
using ActorPipeline.Sinks;

namespace ActorPipeline.Events;

/// <summary>Writes events as JSON objects, as docs/events.schema.json has them. Not for several threads at once.</summary>
internal sealed class EventJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;

    public EventJson() => _json = new Utf8JsonWriter(_bytes, FrameJson.Options);

    /// <summary>The object in UTF-8, on one line.</summary>
    public byte[] Write(PipelineEvent happened)
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("event"u8, happened.Kind);
        _json.WriteString("id"u8, happened.Id);
        _json.WriteString("pipeline"u8, happened.Pipeline);
        _json.WriteString("at"u8, happened.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        WriteMore(happened);
        _json.WriteEndObject();
        _json.Flush();
        return _bytes.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteMore(PipelineEvent happened)
    {
        switch (happened)
        {
            case PipelineStarted started:
                _json.WriteNumber("width"u8, started.Width);
                _json.WriteNumber("height"u8, started.Height);
                _json.WriteNumber("fps"u8, Math.Round(started.FramesPerSecond, 3));
                break;
            case FrameTold told:
                _json.WritePropertyName("frame"u8);
                FrameJson.Write(_json, told.Report);
                break;
            case EventsLost lost:
                _json.WriteNumber("count"u8, lost.Count);
                break;
            case PipelineFinished finished:
                _json.WriteStartObject("frames"u8);
                foreach (var (outcome, count) in finished.Frames) _json.WriteNumber(outcome, count);
                _json.WriteEndObject();
                break;
        }
    }
}
