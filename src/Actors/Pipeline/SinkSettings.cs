using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Webhook;
using ActorPipeline.Sinks;
using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Pipeline;

/// <summary>One entry of <c>sinks</c>.</summary>
public sealed record SinkSettings
{
    /// <summary>One of <see cref="FrameSinks.Types"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The file it writes, relative to the output folder; empty where it writes none.</summary>
    public required string Path { get; init; }

    /// <value>Default wait; drop for snapshots, mqtt and webhook.</value>
    public SinkOverflow Overflow { get; init; } = SinkOverflow.Wait;

    /// <value>Results a dropping sink may have before it. 1 to 256. Default 4; 64 for mqtt and webhook.</value>
    public int Slots { get; init; } = 4;

    /// <summary>Of type json-lines or csv, where its file rotates; null for others.</summary>
    public RotateSettings? Rotate { get; init; }

    /// <summary>Of type video, where it is written in pieces; null for others.</summary>
    public SegmentSettings? Segments { get; init; }

    /// <summary>Of type snapshots; null for others.</summary>
    public SnapshotSettings? Snapshots { get; init; }

    /// <summary>Of type mqtt; null for others.</summary>
    public MqttSettings? Mqtt { get; init; }

    /// <summary>Of type webhook; null for others.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>What it is called in messages; nothing secret is in it.</summary>
    public string Name => Mqtt is { } mqtt ? $"mqtt {mqtt.Host}:{mqtt.Port} {mqtt.Topic}" : Webhook is { } webhook ? $"webhook {webhook.Url.Scheme}://{webhook.Url.Authority}" : Path.Length > 0 ? Path : Folder;

    /// <summary>The folder that its pictures lie in, or its events wait in, relative to the output folder; empty for none.</summary>
    public string Folder => Snapshots?.Folder ?? Mqtt?.Outbox.Store ?? Webhook?.Outbox.Store ?? "";
}
