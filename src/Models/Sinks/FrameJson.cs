using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorPipeline.Sinks;

/// <summary>A frame's result as a JSON object: a line of <c>results.jsonl</c>, and the <c>frame</c> of an event.</summary>
internal static class FrameJson
{
    /// <summary>How JSON for files and events is written: labels in any script stay readable.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, FrameReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("frame"u8, report.Frame);
        json.WriteNumber("ms"u8, Math.Round(report.Position.TotalMilliseconds, 3));
        if (report.Name is { } name) json.WriteString("name"u8, name);
        json.WriteString("outcome"u8, report.Outcome);
        if (report.Reason is { } reason) json.WriteString("reason"u8, reason);
        json.WriteNumber("latencyMs"u8, Math.Round(report.LatencyMs, 3));
        json.WriteStartArray("objects"u8);
        foreach (var found in report.Objects) WriteObject(json, found);
        json.WriteEndArray();
        if (report.More) json.WriteBoolean("more"u8, true);
        WriteNames(json, "variants"u8, report.Variants);
        WriteNames(json, "nodes"u8, report.Nodes);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0) return;
        json.WriteStartObject(key);
        foreach (var (model, name) in names) json.WriteString(model, name);
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, ObjectReport found)
    {
        json.WriteStartObject();
        json.WriteStartArray("box"u8);
        WriteTenths(json, found.Box.Left);
        WriteTenths(json, found.Box.Top);
        WriteTenths(json, found.Box.Right);
        WriteTenths(json, found.Box.Bottom);
        json.WriteEndArray();
        json.WriteString("class"u8, found.Class);
        json.WriteNumber("score"u8, Math.Round((double)found.Score, 4));
        json.WriteStartArray("labels"u8);
        foreach (var label in found.Labels)
        {
            json.WriteStartObject();
            json.WriteString("label"u8, label.Name);
            json.WriteNumber("score"u8, Math.Round((double)label.Score, 4));
            if (label.By is { } by) json.WriteString("by"u8, by);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (found.Track is { } track)
        {
            json.WriteNumber("track"u8, track);
            json.WriteBoolean("reused"u8, found.Reused);
            json.WriteBoolean("predicted"u8, found.Predicted);
        }
        json.WriteEndObject();
    }

    private static void WriteTenths(Utf8JsonWriter json, float value) => json.WriteNumberValue(Math.Round((double)value, 1));
}
