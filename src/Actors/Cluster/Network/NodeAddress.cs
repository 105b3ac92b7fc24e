using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.Cluster.Network;

/// <summary>Hosts and ports as people write them: an IPv6 address stands in brackets where a port follows, and may where none does.</summary>
internal static class NodeAddress
{
    /// <summary>Whether the text is an address, or may be a host's name.</summary>
    public static bool IsHost(string text)
    {
        if (Address(text) is not null) return true;
        // What looks like an address and is none is a slip, not a name.
        return text.Length is > 0 and <= 253 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && text.Any(c => !char.IsAsciiDigit(c) && c != '.')
            && text.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-');
    }

    /// <summary>Whether the text is a host, ':' and a port from 1 to 65535.</summary>
    public static bool IsHostAndPort(string text) => Split(text) is { Host.Length: > 0, Port: > 0 };

    /// <summary>The two parts; an empty host where the text has not both.</summary>
    /// <returns>The host without brackets.</returns>
    public static (string Host, int Port) Split(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535) return ("", 0);
        var host = text[..colon];
        // "::1:2552" is itself an address: without brackets nobody can tell where it ends.
        return IsHost(host) && (host[0] == '[' || !host.Contains(':')) ? (Bare(host), port) : ("", 0);
    }

    /// <summary>The host without brackets.</summary>
    public static string Bare(string host) => host.Length > 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;

    /// <summary>The host as it stands in an address with a port: that of IPv6 in brackets.</summary>
    public static string Bracketed(string host) => Address(host)?.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Bare(host)}]" : host;

    /// <summary>Whether only this machine reaches it.</summary>
    public static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (Address(host) is { } address && IPAddress.IsLoopback(address));

    /// <summary>Whether it stands for every address of this machine.</summary>
    public static bool IsAny(string host) => Address(host) is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private static IPAddress? Address(string text)
    {
        var bare = Bare(text);
        if (bare.Contains('%') || !IPAddress.TryParse(bare, out var address)) return null;
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address;
        // .NET takes "1" and "10.1" for addresses too.
        return bare.Length == text.Length && bare.Split('.').Length == 4 ? address : null;
    }
}
