namespace ActorPipeline.Hosting.Web;

/// <summary>What of a request decides whether it is answered; null where it does not say.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">From '/'.</param>
internal sealed record AccessRequest(string Method, string Path)
{
    /// <value>Whom it asks, with the port.</value>
    public string? Host { get; init; }

    /// <value>"http" or "https".</value>
    public string Scheme { get; init; } = "http";

    /// <value>The page that asks, as the browser says.</value>
    public string? Origin { get; init; }

    /// <value>The same in a word: "same-origin", "cross-site", "none" and others.</value>
    public string? FetchSite { get; init; }

    /// <value>The header of that name.</value>
    public string? Authorization { get; init; }

    /// <value>The cookie of a session.</value>
    public string? Session { get; init; }

    /// <value>The body's.</value>
    public string? ContentType { get; init; }

    /// <summary>Whether it may change something.</summary>
    public bool IsChange => Method is not ("GET" or "HEAD");
}
