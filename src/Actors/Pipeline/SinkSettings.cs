using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Webhook;

namespace ActorPipeline.Pipeline;

/// <summary>One entry of <c>sinks</c>.</summary>
public sealed record SinkSettings
{
    /// <summary>"json-lines", "video", "mqtt" or "webhook".</summary>
    public required string Type { get; init; }

    /// <summary>The file it writes, relative to the output folder; empty where it writes none.</summary>
    public required string Path { get; init; }

    /// <value>Default wait; drop for mqtt and webhook.</value>
    public SinkOverflow Overflow { get; init; } = SinkOverflow.Wait;

    /// <value>Results a dropping sink may have before it. 1 to 256. Default 4; 64 for mqtt and webhook.</value>
    public int Slots { get; init; } = 4;

    /// <summary>Of type mqtt; null for others.</summary>
    public MqttSettings? Mqtt { get; init; }

    /// <summary>Of type webhook; null for others.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>What it is called in messages; nothing secret is in it.</summary>
    public string Name => Mqtt is { } mqtt ? $"mqtt {mqtt.Host}:{mqtt.Port} {mqtt.Topic}" : Webhook is { } webhook ? $"webhook {webhook.Url.Scheme}://{webhook.Url.Authority}" : Path;

    /// <summary>The folder that its events wait in, relative to the output folder; empty for none.</summary>
    public string Store => Mqtt?.Outbox.Store ?? Webhook?.Outbox.Store ?? "";
}
