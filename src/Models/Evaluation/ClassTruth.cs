namespace ActorPipeline.Evaluation;

/// <summary>Which class each picture of a set shows.</summary>
internal sealed class ClassTruth
{
    private static readonly string[] Headings = ["file", "filename", "file_name", "image", "name", "path", "picture"];

    private ClassTruth(IReadOnlyDictionary<string, IReadOnlyList<int>> classes, IReadOnlyList<string> warnings) => (Classes, Warnings) = (classes, warnings);

    /// <summary>The classes of each labelled picture, any of which is right, by the picture's name in the set.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Classes { get; }

    /// <summary>What a person should know: pictures that have no class.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Reads a list, one picture a line: its name, a tab, comma or space, and its class by label or number; where any of several is right,
    /// with | between them. Blank lines, lines that begin with # and a heading are passed over. Every line must be of a picture of the set; pictures without a line are left out, with a warning.
    /// </summary>
    /// <param name="path">The list.</param>
    /// <param name="pictures">The set's names.</param>
    /// <param name="classes">Finds classes.</param>
    /// <exception cref="EvaluationException">It cannot be read, a line is not like that (its number is named), or no picture has a class.</exception>
    public static ClassTruth Read(string path, IReadOnlyList<string> pictures, ClassNames classes)
    {
        var names = new PictureNames(pictures);
        var found = new Dictionary<string, IReadOnlyList<int>>();
        var number = 0;
        foreach (var line in Lines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#' || (number == 1 && IsHeading(text))) continue;
            var (picture, given) = Split(text, names, Fault);
            int[] right = [.. given.Split('|', StringSplitOptions.TrimEntries).Select(one => classes.Find(one) is >= 0 and var index ? index : throw Fault(classes.Fault(one))).Distinct().Order()];
            if (!found.TryAdd(picture, right) && !found[picture].SequenceEqual(right)) throw Fault($"picture '{picture}' was of class {string.Join(" or ", found[picture])} before");
        }
        if (found.Count == 0) throw new EvaluationException($"Truth file '{path}' names not one of the {pictures.Count} pictures.");
        return new ClassTruth(found, Unlabelled(pictures, found, $"truth file '{path}'"));

        EvaluationException Fault(string why) => new($"Truth file '{path}', line {number}: {why}.");
    }

    /// <summary>The classes that the set's subfolders are named after; null where it has none, or none that is.</summary>
    /// <param name="pictures">The set's names.</param>
    /// <param name="classes">Finds classes.</param>
    /// <exception cref="EvaluationException">Some subfolders are named after classes, and some are not.</exception>
    public static ClassTruth? FromFolders(IReadOnlyList<string> pictures, ClassNames classes)
    {
        var folders = pictures.Where(p => p.Contains('/')).Select(FolderOf).Distinct().ToDictionary(folder => folder, classes.Find);
        if (!folders.Values.Any(index => index >= 0)) return null;
        if (folders.FirstOrDefault(f => f.Value < 0).Key is { } stray)
            throw new EvaluationException($"The pictures of subfolder '{stray}' have no class: {classes.Fault(stray)}; other subfolders are named after classes.");
        var found = pictures.Where(p => p.Contains('/')).ToDictionary(p => p, IReadOnlyList<int> (p) => [folders[FolderOf(p)]]);
        return new ClassTruth(found, Unlabelled(pictures, found, "a subfolder named after a class"));
    }

    private static string FolderOf(string picture) => picture[..picture.IndexOf('/')];

    private static IReadOnlyList<string> Unlabelled(IReadOnlyList<string> pictures, Dictionary<string, IReadOnlyList<int>> found, string where) =>
        found.Count == pictures.Count ? [] : [$"{pictures.Count - found.Count} of the {pictures.Count} pictures are not in {where} and are left out."];

    private static IEnumerable<string> Lines(string path)
    {
        if (!File.Exists(path)) throw new EvaluationException($"Truth file '{path}' does not exist.");
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"Truth file '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static bool IsHeading(string line) => Headings.Contains(line.Split('\t', ',', ' ')[0].Trim('"'), StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of pictures and of classes may have commas and spaces in them: the first place that leaves a known picture counts.</summary>
    private static (string Picture, string Class) Split(string line, PictureNames names, Func<string, EvaluationException> fault)
    {
        char[] separators = line.Contains('\t') ? ['\t'] : [',', ' '];
        for (var at = line.IndexOfAny(separators); at >= 0; at = line.IndexOfAny(separators, at + 1))
        {
            if (names.Find(Bare(line[..at])) is not { } picture) continue;
            var given = Bare(line[(at + 1)..].TrimStart([.. separators, ' ']));
            return given.Length > 0 ? (picture, given) : throw fault($"picture '{picture}' has no class");
        }
        throw fault(line.IndexOfAny(separators) is >= 0 and var first
            ? $"'{Bare(line[..first])}' is not one of the pictures"
            : "it is not a picture's name and its class, with a tab, comma or space between them");
    }

    private static string Bare(string field)
    {
        field = field.Trim();
        return field.Length > 1 && field[0] == '"' && field[^1] == '"' ? field[1..^1] : field;
    }
}
