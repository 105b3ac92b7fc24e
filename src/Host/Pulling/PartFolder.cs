using System.Text.Json;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>The folder in which a model comes together, with notes by which another process can go on. It is moved to its place when all is there.</summary>
internal sealed class PartFolder
{
    // No file of an index is hidden.
    private const string NotesName = ".pull.json";

    private readonly string _path;
    private readonly Dictionary<string, PartNote> _notes;

    private PartFolder(string path, Dictionary<string, PartNote> notes) => (_path, _notes) = (path, notes);

    /// <summary>Opens it, and removes what is left in it of other files.</summary>
    /// <param name="path">Where it is, or is to be.</param>
    /// <param name="files">The files that are to come into it.</param>
    /// <exception cref="PullException">Something is in it that no download left.</exception>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    public static PartFolder Open(string path, IReadOnlyList<IndexedFile> files)
    {
        Directory.CreateDirectory(path);
        var part = new PartFolder(path, Read(Path.Combine(path, NotesName)));
        var names = Directory.EnumerateFileSystemEntries(path).Select(e => Path.GetFileName(e)!).Where(name => name[0] != '.').Except(files.Select(f => f.Name)).ToArray();
        if (Array.Find(names, name => !part._notes.ContainsKey(name)) is { } other) throw new PullException($"'{Path.Combine(path, other)}' was not left by a download: move it away");
        foreach (var name in names) part.Remove(name);
        return part;
    }

    /// <summary>Where a file is.</summary>
    public string PathOf(IndexedFile file) => Path.Combine(_path, file.Name);

    /// <summary>Bytes of a file that are there.</summary>
    public long LengthOf(IndexedFile file) => new FileInfo(PathOf(file)) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>How the download of a file goes on.</summary>
    public ResumePlan PlanOf(IndexedFile file) => ResumePlan.Of(file, LengthOf(file), _notes.GetValueOrDefault(file.Name));

    /// <summary>Notes what a file's bytes will be of; before they come.</summary>
    public void Note(IndexedFile file, PartNote note)
    {
        _notes[file.Name] = note;
        Write();
    }

    /// <summary>Removes a file whose bytes are of no use.</summary>
    public void Remove(IndexedFile file) => Remove(file.Name);

    /// <summary>Moves all to its place.</summary>
    /// <exception cref="IOException">Something is there already.</exception>
    public void MoveTo(string place)
    {
        foreach (var hidden in Directory.EnumerateFiles(_path).Where(f => Path.GetFileName(f)[0] == '.')) File.Delete(hidden);
        Directory.Move(_path, place);
    }

    private void Remove(string name)
    {
        File.Delete(Path.Combine(_path, name));
        if (_notes.Remove(name)) Write();
    }

    private void Write() => WholeFile.Write(Path.Combine(_path, NotesName), JsonSerializer.SerializeToUtf8Bytes(_notes));

    private static Dictionary<string, PartNote> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, PartNote>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            // Nothing is known then, and each file is asked for anew.
            return [];
        }
    }
}
