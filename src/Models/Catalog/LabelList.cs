namespace ActorPipeline.Catalog;

/// <summary>The names of a model's classes, in class order.</summary>
public sealed class LabelList
{
    /// <summary>No names: classes are called by their number.</summary>
    public static readonly LabelList None = new([]);

    private readonly string[] _names;

    /// <summary>These names in class order.</summary>
    public LabelList(IEnumerable<string> names) => _names = [.. names];

    /// <summary>How many names there are; zero for <see cref="None"/>.</summary>
    public int Count => _names.Length;

    /// <summary>The name of a class, or its number where it has none.</summary>
    public string this[int classIndex] => classIndex >= 0 && classIndex < _names.Length ? _names[classIndex] : $"{classIndex}";

    /// <summary>The class with this name, or -1.</summary>
    public int IndexOf(string name) => Array.IndexOf(_names, name);

    /// <summary>The same names with one more behind them.</summary>
    public LabelList With(string last) => new([.. _names, last]);

    /// <summary>Reads a text recogniser's characters, one a line, spaces of any kind among them; the blank of its classes comes first, with an empty name.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabelList LoadCharacters(string path)
    {
        var lines = File.ReadAllText(path).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return new LabelList(lines.Prepend(""));
    }

    /// <summary>Reads one name a line; blank lines at the end are ignored.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabelList Load(string path) =>
        new(File.ReadAllText(path).TrimEnd().Split('\n').Select(line => line.Trim()));
}
