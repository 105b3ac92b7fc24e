namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>pull</c>.</summary>
internal static class PullBinder
{
    private static readonly ValueKind<string> IndexKind = ValueKind.TextWhere(
        "\"https://host/index.json\", or \"\" for none", text => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.Host.Length > 0));

    /// <summary>Reads it.</summary>
    /// <param name="reader">Of the block.</param>
    /// <param name="baseDirectory">The file's folder.</param>
    public static PullSettings Read(SettingsReader reader, string baseDirectory)
    {
        var settings = new PullSettings
        {
            Index = reader.Read("index", IndexKind, ""),
            Key = Path("key", "the path of a PEM file, or \"\" for none"),
            Folder = Path("folder", "the path of a folder, or \"\" for none"),
        };
        reader.Done();
        return settings;

        string Path(string key, string expected) => reader.File(key, expected, required: false, emptyAllowed: true) is { Text.Length: > 0 } path ? PathRules.Resolve(path, baseDirectory) : "";
    }
}
