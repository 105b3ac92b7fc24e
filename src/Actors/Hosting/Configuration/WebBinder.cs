using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Cluster.Network;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>web</c>.</summary>
internal static class WebBinder
{
    private const int ShortestToken = 16;

    private static readonly ValueKind<string> BindKind = ValueKind.TextWhere(
        "\"host:port\", an IPv6 address in brackets as in \"[::1]:8780\", and port 0 for any free one", text => NodeAddress.Split(text).Host.Length > 0);

    // Any text: a message that says what was found would tell it.
    private static readonly ValueKind<string> SecretKind = new(
        "a secret, or \"\" for none", (HoconNode node, [MaybeNullWhen(false)] out string value) => (value = (node as HoconScalar)?.Text) is not null);

    /// <summary>Reads it.</summary>
    /// <param name="reader">Of the block.</param>
    /// <param name="baseDirectory">The file's folder.</param>
    public static WebSettings Read(SettingsReader reader, string baseDirectory)
    {
        var standard = new WebSettings();
        var (host, port) = NodeAddress.Split(reader.Read("bind", BindKind, $"{standard.Host}:{standard.Port}"));
        var settings = new WebSettings
        {
            Enabled = reader.Read("enabled", ValueKind.Bool, standard.Enabled), Host = host, Port = port, Pictures = reader.Read("pictures", ValueKind.Bool, standard.Pictures), Token = reader.Read("token", SecretKind, standard.Token),
            Certificate = reader.File("certificate", "the path of a PKCS #12 file, or \"\" for no TLS", required: false, emptyAllowed: true) is { Text.Length: > 0 } file
                ? PathRules.Resolve(file, baseDirectory) : "",
            CertificatePassword = reader.Read("certificate-password", SecretKind, standard.CertificatePassword),
        };
        if (settings.Token.Length > 0 && (settings.Token.Length < ShortestToken || settings.Token.Any(c => c is <= ' ' or > '~')))
        {
            reader.Error("token", $"must be {ShortestToken} characters at least, of printable ASCII without spaces");
        }
        else if (settings is { Enabled: true, Token: "" } && !reader.IsWrong && !NodeAddress.IsLoopback(host))
        {
            reader.Error("bind", $"'{host}' is reached from other machines, and there is no token: everybody who reaches the port could see the pictures, and stop pipelines. Write token = ${{NAME}}");
        }
        reader.Done();
        return settings;
    }
}
