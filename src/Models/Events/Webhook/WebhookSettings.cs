using ActorPipeline.Events.Outbox;

namespace ActorPipeline.Events.Webhook;

/// <summary>A sink of type <c>webhook</c>: each event is posted to an address.</summary>
public sealed record WebhookSettings
{
    /// <summary>The address, http:// or https://.</summary>
    public required Uri Url { get; init; }

    /// <summary>The secret that posts are signed with; empty for unsigned ones. "whsec_" and base64, or any text.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Whether a text can be a secret: after "whsec_" stands base64.</summary>
    public static bool IsSecret(string secret) => WebhookSignature.IsSecret(secret);

    /// <value>How long one post may take. 100 ms to 5 min. Default 10 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How events wait.</summary>
    public OutboxSettings Outbox { get; init; } = new();
}
