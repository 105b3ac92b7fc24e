namespace ActorPipeline.Evaluation;

/// <summary>Finds a set's picture by how a list calls it: by its name in the set, or by its file's name where only one picture has that.</summary>
internal sealed class PictureNames
{
    private readonly HashSet<string> _names;
    private readonly Dictionary<string, string?> _byFile = new(StringComparer.Ordinal);

    public PictureNames(IEnumerable<string> names)
    {
        _names = new HashSet<string>(names, StringComparer.Ordinal);
        foreach (var name in _names)
        {
            var file = FileOf(name);
            _byFile[file] = _byFile.ContainsKey(file) ? null : name;
        }
    }

    /// <summary>The picture's name in the set; null where it has none of that name.</summary>
    public string? Find(string given)
    {
        given = given.Replace('\\', '/');
        if (given.StartsWith("./", StringComparison.Ordinal)) given = given[2..];
        return _names.Contains(given) ? given : _byFile.GetValueOrDefault(FileOf(given));
    }

    private static string FileOf(string name) => name[(name.LastIndexOf('/') + 1)..];
}
