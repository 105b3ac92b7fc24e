using ActorPipeline.Hosting.Checking;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>What a quantisation leaves, all in one folder. One that was refused leaves its report and picture under names of their own.</summary>
/// <param name="Model">The quantised model; its name ends in <see cref="Extension"/>.</param>
internal sealed record QuantizeFiles(string Model)
{
    public const string Extension = ".onnx";

    private string Stem => Model[..^Extension.Length];

    /// <summary>The report.</summary>
    public string Report(bool published) => $"{Stem}{Refused(published)}.json";

    /// <summary>The picture.</summary>
    public string Picture(bool published) => $"{Stem}{Refused(published)}.svg";

    private IEnumerable<string> All => [Model, Report(true), Picture(true), Report(false), Picture(false)];

    /// <summary>Looks whether they can be written, and would be written over what is read.</summary>
    /// <param name="inputs">Files that are read, by the option that names each.</param>
    /// <returns>What is wrong, for people; null where nothing is.</returns>
    public string? Fault(IEnumerable<(string Option, string Path)> inputs)
    {
        if (!Model.EndsWith(Extension, StringComparison.Ordinal)) return $"--out '{Model}' does not end in {Extension}: the report and the picture lie beside it under the same name";
        var folder = Path.GetDirectoryName(Path.GetFullPath(Model))!;
        if (!Directory.Exists(folder)) return $"the folder of --out '{Model}' is not there";
        var mine = All.Select(Real).ToArray();
        foreach (var (option, path) in inputs)
            if (Array.IndexOf(mine, Real(path)) is >= 0 and var i) return i == 0 ? $"--out '{Model}' is the file of {option}" : $"--out '{Model}' would leave its {(i % 2 == 1 ? "report" : "picture")} in the file of {option}, '{path}'";
        return All.Select(WritableFolders.Refusal).FirstOrDefault(refusal => refusal is not null) is { } why ? $"--out '{Model}' cannot be written: {why}" : null;
    }

    /// <summary>Removes what an earlier try left that says something else now.</summary>
    /// <param name="published">Whether this one was published.</param>
    public void RemoveStale(bool published)
    {
        // A refusal says nothing against what an earlier one published.
        if (!published) return;
        File.Delete(Report(false));
        File.Delete(Picture(false));
    }

    private static string Refused(bool published) => published ? "" : ".refused";

    /// <summary>The same for two paths of one file, links followed.</summary>
    private static string Real(string path)
    {
        var full = Path.GetFullPath(path);
        // The folder may be a link too.
        var folder = Path.GetDirectoryName(full) is { } parent && Directory.Exists(parent) ? new DirectoryInfo(parent).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? parent : Path.GetDirectoryName(full) ?? full;
        return File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target ? target.FullName : Path.Combine(folder, Path.GetFileName(full));
    }
}
