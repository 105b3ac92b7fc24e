using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Events.Webhook;
using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Sinks;

/// <summary>A sink as the configuration names it.</summary>
/// <param name="Type">One of <see cref="FrameSinks.Types"/>.</param>
/// <param name="Path">The file it writes; empty where it writes none.</param>
public sealed record SinkDescription(string Type, string Path)
{
    /// <summary>Whether a sink that writes files goes on where it cannot write, and counts what it drops; one that does not throws <see cref="SinkException"/> then.</summary>
    public bool Drops { get; init; }

    /// <summary>Of a sink of type json-lines or csv; null for one file.</summary>
    public RotateSettings? Rotate { get; init; }

    /// <summary>Of a sink of type video; null for one file.</summary>
    public SegmentSettings? Segments { get; init; }

    /// <summary>Of a sink of type snapshots.</summary>
    public SnapshotSettings? Snapshots { get; init; }

    /// <summary>Of a sink of type mqtt.</summary>
    public MqttSettings? Mqtt { get; init; }

    /// <summary>Of a sink of type webhook.</summary>
    public WebhookSettings? Webhook { get; init; }
}

/// <summary>Makes sinks from their descriptions.</summary>
public static class FrameSinks
{
    /// <summary>The types there are.</summary>
    public static readonly IReadOnlyList<string> Types = ["json-lines", "csv", "video", "snapshots", "mqtt", "webhook"];

    /// <summary>The sink, not opened yet.</summary>
    /// <param name="description">Which.</param>
    /// <param name="time">Tells when things happen, and names files; null for the system's clock.</param>
    /// <exception cref="SinkException">There is no such type, or it cannot write such a file.</exception>
    public static IFrameSink Create(SinkDescription description, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        return description switch
        {
            { Type: "json-lines" } => new JsonLinesSink(description.Path, description.Rotate, description.Drops, clock),
            { Type: "csv" } => new CsvSink(description.Path, description.Rotate, description.Drops, clock),
            { Type: "snapshots", Snapshots: { } snapshots } => new SnapshotSink(snapshots, description.Drops, clock),
            { Type: "video", Segments: { } segments } => new SegmentedVideoSink(description.Path, segments, description.Drops, clock),
            { Type: "video" } => new AnnotatedVideoSink(description.Path),
            { Type: "mqtt", Mqtt: { } mqtt } => new EventSink(mqtt.Outbox, context => new MqttCourier(mqtt, context.Pipeline), clock),
            { Type: "webhook", Webhook: { } webhook } => new EventSink(webhook.Outbox, _ => new WebhookCourier(webhook, clock), clock),
            _ => throw new SinkException($"There is no sink of type '{description.Type}' (for {description.Path}); there are {string.Join(", ", Types)}."),
        };
    }
}
