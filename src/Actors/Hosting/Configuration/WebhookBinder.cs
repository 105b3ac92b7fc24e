using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Events.Webhook;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>The keys of a sink of type <c>webhook</c>.</summary>
internal static class WebhookBinder
{
    private static readonly ValueKind<Uri> UrlKind = new(
        "an address that begins with http:// or https://, without a user in it",
        (HoconNode node, [MaybeNullWhen(false)] out Uri value) =>
            Uri.TryCreate((node as HoconScalar)?.Text ?? "", UriKind.Absolute, out value) && value.Scheme is "http" or "https" && value is { Host.Length: > 0, UserInfo.Length: 0 });

    /// <summary>Reads them; null where the address is missing or wrong.</summary>
    public static WebhookSettings? Read(SettingsReader reader, OutboxSettings outbox, bool required)
    {
        var known = reader.TryRead("url", UrlKind, required, out var url);
        var secret = reader.Read("secret", ValueKind.TextWhere("a secret: any text, or whsec_ and base64, or nothing", _ => true), "");
        // Not as a kind of its own: the message would show what was found.
        if (secret.Length > 0 && !WebhookSettings.IsSecret(secret)) reader.Error("secret", "what follows whsec_ is no base64");
        var timeout = reader.Read("timeout", ValueKind.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)), TimeSpan.FromSeconds(10));
        return required && known ? new WebhookSettings { Url = url!, Secret = secret, Timeout = timeout, Outbox = outbox } : null;
    }
}
