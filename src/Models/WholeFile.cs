using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ActorPipeline;

/// <summary>
/// Writes files that are found whole or not at all, also where the process is killed or the machine loses power: under a hidden name beside
/// their place, then moved. What a killed process left under such a name goes with the next write to the same place, or where it is asked for.
/// </summary>
public static class WholeFile
{
    private const string Extension = ".new";

    /// <summary>Writes one in the place of what was there; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It cannot be written; what was there is there still.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, byte[] content) => Write(path, file => file.Write(content));

    /// <summary>Writes one as <see cref="Write(string, byte[])"/> does, but does not look through its folder for what a killed process left.</summary>
    /// <inheritdoc cref="Write(string, byte[])"/>
    internal static void WriteAmongMany(string path, byte[] content) => Fill(path, file => file.Write(content));

    /// <summary>Writes a text, in UTF-8.</summary>
    /// <inheritdoc cref="Write(string, byte[])"/>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Copies a file; one is in memory at no time.</summary>
    /// <inheritdoc cref="Write(string, byte[])"/>
    public static void Copy(string from, string path)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        Write(path, source.CopyTo);
    }

    private static void Write(string path, Action<FileStream> fill)
    {
        RemoveDrafts(FolderOf(path), Path.GetFileName(path));
        Fill(path, fill);
    }

    private static void Fill(string path, Action<FileStream> fill)
    {
        var draft = Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Environment.ProcessId}{Extension}");
        try
        {
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
            {
                fill(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>Removes those whose process is gone: it was killed while it wrote.</summary>
    private static void RemoveDrafts(string folder, string name) => RemoveDrafts(folder, file => file == name);

    /// <summary>Removes what killed processes left of files whose name passes.</summary>
    /// <exception cref="IOException">The folder cannot be read, or one cannot be deleted.</exception>
    internal static void RemoveDrafts(string folder, Func<string, bool> named)
    {
        foreach (var draft in Directory.EnumerateFiles(folder, $".*{Extension}"))
        {
            var file = Path.GetFileNameWithoutExtension(draft);
            if (file.LastIndexOf('.') is not (> 0 and var dot) || !named(file[1..dot])) continue;
            if (int.TryParse(file.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !IsAlive(process)) File.Delete(draft);
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
