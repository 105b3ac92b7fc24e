using ActorPipeline.Cluster.Network;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Which addresses are asked, and which are not. Pure.</summary>
internal static class PullAddress
{
    /// <summary>Why an address is not asked; null where it is.</summary>
    /// <param name="address">An absolute one.</param>
    /// <param name="insecure">Whether http is allowed beyond this machine.</param>
    public static string? Refusal(Uri address, bool insecure) => address switch
    {
        { Scheme: not ("http" or "https") } => $"'{Shown(address)}' is neither https nor http",
        { UserInfo.Length: > 0 } => $"'{Shown(address)}' has a user's name in it, which is not supported",
        { Scheme: "http" } when !insecure && !IsLoopback(address) => $"'{Shown(address)}' is not encrypted, and beyond this machine; https is asked, or with --insecure http",
        _ => null,
    };

    /// <summary>Why one address is not followed to another; null where it is.</summary>
    public static string? RedirectRefusal(Uri from, Uri to, bool insecure) =>
        IsLoopback(to) && !IsLoopback(from) ? $"'{Shown(from)}' leads into this machine, which is not followed"
        : Refusal(to, insecure) is { } why ? $"'{Shown(from)}' leads on, and {why}"
        : null;

    /// <summary>Where the signature of an index is.</summary>
    public static Uri SignatureOf(Uri index) => new UriBuilder(index) { Path = index.AbsolutePath + ".sig" }.Uri;

    /// <summary>An address for people: what stands behind '?' may be a secret.</summary>
    public static string Shown(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static bool IsLoopback(Uri address) => NodeAddress.IsLoopback(address.IdnHost);
}
