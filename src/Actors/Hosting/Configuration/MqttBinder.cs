using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>The keys of a sink of type <c>mqtt</c>.</summary>
internal static class MqttBinder
{
    // A topic may have 65535 bytes; what events add to it is short.
    private const int LongestTopic = 1024;

    private static readonly ValueKind<(string Host, int? Port)> BrokerKind = new(
        "a broker's host and port, such as box:1883",
        (HoconNode node, [MaybeNullWhen(false)] out (string Host, int? Port) value) => TryBroker((node as HoconScalar)?.Text ?? "", out value));

    private static readonly ValueKind<string> TopicKind = ValueKind.TextWhere(
        "a topic without wildcards + and #, and without / at its ends",
        topic => topic.Length > 0 && Encoding.UTF8.GetByteCount(topic) <= LongestTopic && topic.IndexOfAny(['+', '#']) < 0 && topic[0] is not '/' and not '$' && topic[^1] != '/');

    /// <summary>Reads them; null where the broker is missing or wrong.</summary>
    public static MqttSettings? Read(SettingsReader reader, PipelineId pipeline, OutboxSettings outbox, string baseDirectory, bool required)
    {
        var known = reader.TryRead("broker", BrokerKind, required, out var broker);
        var tls = reader.Read("tls", ValueKind.Bool, false);
        var authority = reader.File("authority", "the path of a certificate, PEM, or nothing", required: false, emptyAllowed: true);
        var settings = new MqttSettings
        {
            Host = broker.Host ?? "",
            Port = broker.Port ?? (tls ? MqttSettings.TlsPort : MqttSettings.PlainPort),
            Topic = reader.Read("topic", TopicKind, $"actor-pipeline/{pipeline}"),
            QualityOfService = reader.Read("qos", ValueKind.Int(0, 1), 1),
            User = reader.Read("user", ValueKind.TextWhere("a user's name, or nothing", _ => true), ""),
            Password = reader.Read("password", ValueKind.TextWhere("a password, or nothing", _ => true), ""),
            Tls = tls,
            Authority = authority is { Text.Length: > 0 } ? PathRules.Resolve(authority, baseDirectory) : "",
            Discovery = reader.Read("discovery", ValueKind.Bool, false),
            Outbox = outbox,
        };
        if (!required) return null;
        if (settings.Password.Length > 0 && settings.User.Length == 0) reader.Error("password", "a password needs a user");
        if (settings.Authority.Length > 0 && !tls) reader.Error("authority", "an authority is asked with tls = true only");
        return known ? settings : null;
    }

    private static bool TryBroker(string text, out (string Host, int? Port) broker)
    {
        // [::1]:1883 as addresses have it; a name or an address of version 4 without brackets.
        var (host, rest) = text.StartsWith('[') && text.IndexOf(']') is > 0 and var end ? (text[1..end], text[(end + 1)..])
            : text.IndexOf(':') is >= 0 and var colon ? (text[..colon], text[colon..]) : (text, "");
        broker = (host, null);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        if (rest.Length == 0) return true;
        if (rest[0] != ':' || !int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535) return false;
        broker = (host, port);
        return true;
    }
}
