using ActorPipeline.Events.Mqtt;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>pipelines.NAME.sinks[]</c>. No two sinks of a configuration write the same file, keep pictures or events in the same folder, or publish under the same topic.</summary>
internal sealed class SinkBinder(string baseDirectory)
{
    private static readonly Dictionary<string, string[]> OwnKeys = new()
    {
        ["json-lines"] = ["path", "rotate"],
        ["csv"] = ["path", "rotate"],
        ["video"] = ["path", "segments"],
        ["snapshots"] = [.. SnapshotBinder.Keys],
        ["mqtt"] = ["broker", "topic", "qos", "user", "password", "tls", "authority", "discovery", .. OutboxBinder.Keys],
        ["webhook"] = ["url", "secret", "timeout", .. OutboxBinder.Keys],
    };

    private readonly Dictionary<string, SourcePosition> _paths = [];
    private readonly Dictionary<string, SourcePosition> _folders = [];
    private readonly Dictionary<string, SourcePosition> _stores = [];
    private readonly Dictionary<string, SourcePosition> _topics = [];

    /// <summary>Reads one. Every key of every type is read, so that it is known; one that is another type's is told.</summary>
    public SinkSettings Read(SettingsReader reader, PipelineId pipeline)
    {
        var type = reader.TryRead("type", ValueKind.OneOf([.. FrameSinks.Types]), true, out var named) ? named : "";
        var tells = type is "mqtt" or "webhook";
        var path = reader.File("path", "the path of a file, relative to the output folder", required: type is "json-lines" or "csv" or "video" || (type.Length == 0 && !reader.Has("type")));
        var rotate = RotationBinder.Rotate(reader);
        var segments = RotationBinder.Segments(reader);
        var snapshots = SnapshotBinder.Read(reader, pipeline);
        var outbox = OutboxBinder.Read(reader, pipeline, type);
        var mqtt = MqttBinder.Read(reader, pipeline, outbox, baseDirectory, required: type == "mqtt");
        var webhook = WebhookBinder.Read(reader, outbox, required: type == "webhook");
        var standard = new SinkSettings { Type = "", Path = "" };
        var sink = new SinkSettings
        {
            Type = type,
            Path = path?.Text ?? "",
            Overflow = reader.Read("overflow", ValueKind.Enum<SinkOverflow>(), tells || type == "snapshots" ? SinkOverflow.Drop : standard.Overflow),
            Slots = reader.Read("slots", ValueKind.Int(1, 256), tells ? 64 : standard.Slots),
            Rotate = rotate,
            Segments = segments,
            Snapshots = type == "snapshots" ? snapshots : null,
            Mqtt = type == "mqtt" ? mqtt : null,
            Webhook = type == "webhook" ? webhook : null,
        };
        Separate(reader, sink);
        if (type.Length > 0) RefuseForeign(reader, type);
        reader.Done();
        return sink;
    }

    private void Separate(SettingsReader reader, SinkSettings sink)
    {
        Unique(reader, _paths, "path", PathRules.Canonical(sink.Path), position => $"the sink at {position} writes the same file '{sink.Path}'");
        if (sink.Snapshots is { Folder: var folder })
            Unique(reader, _folders, "folder", PathRules.Canonical(folder), position => $"the sink at {position} keeps its pictures in the same folder '{folder}'");
        else
            Unique(reader, _stores, "store", PathRules.Canonical(sink.Folder), position => $"the sink at {position} keeps its events in the same folder '{sink.Folder}': name another with store");
        if (sink.Mqtt is { } mqtt)
            Unique(reader, _topics, "topic", $"{mqtt.Host}:{mqtt.Port}/{mqtt.Topic}", position => $"the sink at {position} publishes under the same topic '{mqtt.Topic}'");
    }

    private static void RefuseForeign(SettingsReader reader, string type)
    {
        foreach (var key in OwnKeys.Values.SelectMany(keys => keys).Distinct().Except(OwnKeys[type]).Where(reader.Has))
            reader.Error(key, $"a sink of type {type} has no such key; it is for {string.Join(" and ", OwnKeys.Where(own => own.Value.Contains(key)).Select(own => own.Key))}");
    }

    private static void Unique(SettingsReader reader, Dictionary<string, SourcePosition> seen, string key, string value, Func<SourcePosition, string> fault)
    {
        if (value.Length > 0 && !seen.TryAdd(value, reader.PositionOf(key))) reader.Error(key, fault(seen[value]));
    }
}
