using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Cluster;
using ActorPipeline.Cluster.Network;
using ActorPipeline.Cluster.Wire;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>cluster</c>.</summary>
internal static class ClusterBinder
{
    private const string Certificate = "the path of a PKCS #12 file, or \"\" for no TLS";
    private const string Authority = "the path of a certificate, PEM or DER, or \"\" for no TLS";

    private static readonly ValueKind<string> NameKind = ValueKind.TextWhere(
        "a name of letters, digits and '-' that begins with a letter or digit, of 64 characters at most",
        text => text.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    private static readonly ValueKind<string> NodeKind = ValueKind.TextWhere(
        "a name of letters, digits, '.', '-' and '_' of 64 characters at most, or \"\"", text => text.Length == 0 || WireLimits.IsName(text));

    private static readonly ValueKind<string> HostKind = ValueKind.TextWhere("an address or a host's name", NodeAddress.IsHost);

    private static readonly ValueKind<string> PublicHostKind = ValueKind.TextWhere(
        "an address or a host's name by which others reach it, or \"\"", text => text.Length == 0 || (NodeAddress.IsHost(text) && !NodeAddress.IsAny(text)));

    // Any text: a message that says what was found would tell it.
    private static readonly ValueKind<string> PasswordKind = new(
        "the password of that file, or \"\" for none", (HoconNode node, [MaybeNullWhen(false)] out string value) => (value = (node as HoconScalar)?.Text) is not null);

    private static readonly ValueKind<IReadOnlyList<string>> RolesKind = ValueKind.List(
        "a list of capture, inference, at least one, none twice", ValueKind.OneOf("capture", "inference"), roles => roles.Count > 0 && roles.Distinct().Count() == roles.Count);

    private static readonly ValueKind<IReadOnlyList<string>> SeedsKind = ValueKind.List(
        "a list of \"host:port\", an IPv6 address in brackets as in \"[::1]:2552\"", ValueKind.TextWhere("\"host:port\"", NodeAddress.IsHostAndPort));

    /// <summary>Reads it.</summary>
    /// <param name="reader">Of the block.</param>
    /// <param name="baseDirectory">The file's folder.</param>
    public static ClusterSettings Read(SettingsReader reader, string baseDirectory)
    {
        var standard = new ClusterSettings();
        var settings = new ClusterSettings
        {
            Enabled = reader.Read("enabled", ValueKind.Bool, standard.Enabled),
            Name = reader.Read("name", NameKind, standard.Name),
            Node = reader.Read("node", NodeKind, standard.Node),
            Roles = reader.TryRead("roles", RolesKind, false, out var roles) ? Roles(roles) : standard.Roles,
            Host = NodeAddress.Bare(reader.Read("host", HostKind, standard.Host)),
            PublicHost = NodeAddress.Bare(reader.Read("public-host", PublicHostKind, standard.PublicHost)),
            Port = reader.Read("port", ValueKind.Int(0, 65535), standard.Port),
            SeedNodes = reader.Read("seed-nodes", SeedsKind, standard.SeedNodes),
            InsecureNetwork = reader.Read("insecure-network", ValueKind.Bool, standard.InsecureNetwork),
            Tls = Tls(reader.Section("tls"), baseDirectory, out var tlsWrong),
            Crops = reader.Read("crops", ValueKind.Enum<CropEncoding>(), standard.Crops),
            JpegQuality = reader.Read("jpeg-quality", ValueKind.Int(1, 100), standard.JpegQuality),
            AcceptablePause = reader.Read("acceptable-pause", ValueKind.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), standard.AcceptablePause),
            DownAfter = reader.Read("down-after", ValueKind.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)), standard.DownAfter),
            Desk = Desk(reader.Section("desk")),
        };
        if (settings.Enabled && !reader.IsWrong) CheckNetwork(reader, settings, tlsWrong);
        reader.Done();
        return settings;
    }

    private static void CheckNetwork(SettingsReader reader, ClusterSettings settings, bool tlsWrong)
    {
        if (settings.Tls is null && !tlsWrong && ClusterNetwork.Exposure(settings) is { } exposure) reader.Error("host", exposure);
        if (settings.PublicHost.Length > 0) return;
        if (NodeAddress.IsAny(settings.Host))
        {
            reader.Error("host", $"'{settings.Host}' is every address of this machine: public-host must say by which of them others reach it");
        }
        else if (NodeAddress.IsLoopback(settings.Host) && settings.SeedNodes.FirstOrDefault(seed => !NodeAddress.IsLoopback(NodeAddress.Split(seed).Host)) is { } far)
        {
            reader.Error(
                reader.Has("host") ? "host" : "seed-nodes", $"host = {settings.Host} is reached from this machine alone, and seed-nodes names {far}: host must be an address that it can answer to");
        }
    }

    private static NodeRoles Roles(IReadOnlyList<string> names) =>
        names.Aggregate(NodeRoles.None, (roles, name) => roles | (name == "capture" ? NodeRoles.Capture : NodeRoles.Inference));

    private static ClusterTlsSettings? Tls(SettingsReader reader, string baseDirectory, out bool wrong)
    {
        var given = reader.HasText("certificate") || reader.HasText("authority") || reader.HasText("password");
        var certificate = reader.File("certificate", Certificate, required: given, emptyAllowed: true);
        var password = reader.Read("password", PasswordKind, "");
        var authority = reader.File("authority", Authority, required: given, emptyAllowed: true);
        reader.Done();
        wrong = reader.IsWrong || (given && (certificate is null || authority is null));
        if (!given || wrong) return null;
        foreach (var (key, file) in new[] { ("certificate", certificate!), ("authority", authority!) })
        {
            if (file.Text.Length > 0) continue;
            reader.Error(key, "is empty, and the rest of tls is not: certificate and authority go together");
            wrong = true;
        }

        return wrong ? null : new ClusterTlsSettings(PathRules.Resolve(certificate!, baseDirectory), password, PathRules.Resolve(authority!, baseDirectory));
    }

    private static DeskSettings Desk(SettingsReader reader)
    {
        var standard = new DeskSettings();
        var settings = new DeskSettings
        {
            Credit = reader.Read("credit", ValueKind.Bytes(Bytes.KiB(256), Bytes.MiB(1024)), standard.Credit),
            Batches = reader.Read("batches", ValueKind.Int(1, 64), standard.Batches),
            MaxCrops = reader.Read("max-crops", ValueKind.Int(1, 256), standard.MaxCrops),
        };
        reader.Done();
        return settings;
    }
}
