using ActorPipeline.Events.Outbox;

namespace ActorPipeline.Events.Mqtt;

/// <summary>A sink of type <c>mqtt</c>: events are published to a broker.</summary>
public sealed record MqttSettings
{
    /// <summary>The port of brokers without TLS.</summary>
    public const int PlainPort = 1883;

    /// <summary>The port of brokers with TLS.</summary>
    public const int TlsPort = 8883;

    /// <summary>The broker's host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>The broker's port.</summary>
    public required int Port { get; init; }

    /// <summary>What topics begin with: events go to TOPIC/KIND, and "online" or "offline" is retained at TOPIC/state. No wildcards.</summary>
    public required string Topic { get; init; }

    /// <value>0: an event may be lost on its way; 1: it arrives, maybe twice. Default 1.</value>
    public int QualityOfService { get; init; } = 1;

    /// <summary>Who it is; empty for nobody in particular.</summary>
    public string User { get; init; } = "";

    /// <summary>That user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>Whether the connection is encrypted, and the broker has to prove who it is.</summary>
    public bool Tls { get; init; }

    /// <summary>The path of the authority, PEM, that signed the broker's certificate; empty for those that the machine trusts.</summary>
    public string Authority { get; init; } = "";

    /// <summary>Whether Home Assistant is told, under homeassistant/, what there is.</summary>
    public bool Discovery { get; init; }

    /// <summary>How events wait.</summary>
    public OutboxSettings Outbox { get; init; } = new();
}
