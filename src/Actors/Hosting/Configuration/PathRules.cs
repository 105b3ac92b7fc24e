namespace ActorPipeline.Hosting.Configuration;

/// <summary>What a relative path is relative to: the place where it was written.</summary>
/// <remarks>
/// A path in the file is relative to the file's folder, so that a configuration can be moved with what it names. A path that
/// begins with an environment variable, or stands in an override, comes from a shell: it is relative to the current folder,
/// like every path there.
/// </remarks>
internal static class PathRules
{
    /// <summary>The path of a file that is read.</summary>
    public static string Resolve(HoconScalar path, string baseDirectory) =>
        path.Origin != TextOrigin.File || baseDirectory.Length == 0 || Path.IsPathRooted(path.Text) ? path.Text : Path.Combine(baseDirectory, path.Text);

    /// <summary>A source: a path, unless it is a camera's number or an address.</summary>
    public static string ResolveSource(HoconScalar source, string baseDirectory) =>
        source.Text.All(char.IsAsciiDigit) || source.Text.Contains("://") ? source.Text : Resolve(source, baseDirectory);

    /// <summary>The same for two paths that lead to the same file, as far as their text tells.</summary>
    public static string Canonical(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', '\\'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] is not ".." and not "") parts.RemoveAt(parts.Count - 1);
            else if (part != "." && (part.Length > 0 || parts.Count == 0)) parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
