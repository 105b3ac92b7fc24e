namespace ActorPipeline.Engines.Graph;

/// <summary>Where a model may keep its weights: in the folder of its own file, and nowhere that a link leads out of it.</summary>
internal static class ModelFolder
{
    private const int MostLinks = 40;

    /// <summary>The file that a model names, with all links followed.</summary>
    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="location">As the model names it, relative to its folder.</param>
    /// <exception cref="InvalidDataException">It lies outside, or its links have no end.</exception>
    /// <exception cref="IOException">A link cannot be read.</exception>
    public static string Resolve(string modelPath, string location)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        var root = Follow(folder, MostLinks);
        if (location.Length == 0 || location.Contains('\0')) throw new InvalidDataException($"The model {modelPath} names no file for some of its weights.");
        var file = Follow(Path.GetFullPath(Path.Combine(folder, location)), MostLinks);
        return file.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? file
            : throw new InvalidDataException($"The model keeps weights in '{location}', which lies outside its folder {folder}.");
    }

    /// <summary>A path without links, whether or not there is a file.</summary>
    private static string Follow(string path, int links)
    {
        if (links == 0) throw new InvalidDataException($"The links of {path} lead round in a circle.");
        var root = Path.GetPathRoot(path)!;
        var at = root;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(at, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
                return Follow(Path.GetFullPath(Path.Combine([Path.Combine(at, target), .. parts[(i + 1)..]])), links - 1);
            at = next;
        }
        return at;
    }
}
