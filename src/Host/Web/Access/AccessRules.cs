using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Cluster.Network;

namespace ActorPipeline.Hosting.Web;

/// <summary>
/// Who may ask what. Without a token only this machine is listened to, and what a browser there asks has to come from the page itself: no other
/// site, and no other name for this machine, speaks for its user. With one, everything but the page's own files and liveness takes it. Pure.
/// </summary>
/// <param name="settings">The page's.</param>
/// <param name="isSession">Whether a cookie is that of a session that knew the token.</param>
internal sealed class AccessRules(WebSettings settings, Func<string, bool> isSession)
{
    /// <summary>Where a token becomes a session.</summary>
    public const string LoginPath = "/api/login";

    private readonly byte[] _token = Digest(settings.Token);

    /// <summary>Whether a visitor has to know something.</summary>
    public bool NeedsToken => settings.Token.Length > 0;

    /// <summary>Why a request is not answered; null where it is.</summary>
    public (int Status, string Why)? Refuse(AccessRequest request)
    {
        if (!NeedsToken && !IsOurName(request.Host)) return (421, "this is not its name: without a token it answers to its own address and to localhost");
        if (IsUnder(request.Path, "/api/") && IsForeign(request)) return (403, "another site asks");
        if (request.IsChange && request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return (415, "what changes something is application/json");
        return NeedsToken && !IsPublic(request.Path) && !IsKnown(request) ? (401, "a token is needed") : null;
    }

    /// <summary>Whether this is the token; in a time that does not depend on it.</summary>
    public bool IsToken(string token) => CryptographicOperations.FixedTimeEquals(Digest(token), _token);

    private bool IsKnown(AccessRequest request) =>
        (request.Authorization is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && IsToken(header["Bearer ".Length..].Trim()))
        || (request.Session is { } session && isSession(session));

    /// <summary>The page's own files tell nothing, and who watches over processes has no token.</summary>
    private static bool IsPublic(string path) => path is LoginPath or "/health/live" || !(IsUnder(path, "/api/") || IsUnder(path, "/health/") || IsUnder(path, "/metrics"));

    // Routes take large letters for small ones, and so must who guards them.
    private static bool IsUnder(string path, string part) => path.StartsWith(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>A browser says where a page is from that asks; other programs do not, and are asked for nothing here.</summary>
    private static bool IsForeign(AccessRequest request)
    {
        if (request.FetchSite is { } site && site is not ("same-origin" or "none")) return true;
        return request.Origin is { } origin && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A name that somebody else's server of names made point here is not ours.</summary>
    private bool IsOurName(string? host)
    {
        if (host is null) return false;
        var name = NodeAddress.Split(host) is { Host.Length: > 0 } split ? split.Host : NodeAddress.Bare(host);
        return NodeAddress.IsLoopback(name) || name.Equals(settings.Host, StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
