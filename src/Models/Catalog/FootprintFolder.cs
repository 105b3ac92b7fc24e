namespace ActorPipeline.Catalog;

/// <summary>Where the file of footprints lies, and how it is read, replaced, locked and set aside.</summary>
/// <param name="path">The file; made absolute.</param>
public sealed class FootprintFolder(string path)
{
    /// <summary>The variable that names another folder than the user's cache.</summary>
    public const string Variable = "ACTORPIPELINE_CACHE";

    private const string FileName = "footprints.json";
    private static readonly TimeSpan LockWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The user's own file, in <see cref="UserFolder"/>.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static string DefaultPath(Func<string, string?> environment) => System.IO.Path.Combine(UserFolder(environment), FileName);

    /// <summary>
    /// The user's own cache: the folder that <see cref="Variable"/> names, else <c>actorpipeline</c> in <c>XDG_CACHE_HOME</c>, else in
    /// <c>~/.cache</c>, else in the folder for temporary files. A worker process finds the same.
    /// </summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static string UserFolder(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } named) return named;
        var cache = environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && System.IO.Path.IsPathRooted(xdg) ? xdg
            : environment("HOME") is { Length: > 0 } home ? System.IO.Path.Combine(home, ".cache")
            : System.IO.Path.GetTempPath();
        return System.IO.Path.Combine(cache, "actorpipeline");
    }

    /// <summary>The file's content; null where there is none.</summary>
    internal byte[]? Read()
    {
        try
        {
            return File.ReadAllBytes(Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Puts a new file in the old one's place, whole or not at all, also where the machine loses power.</summary>
    internal void Write(byte[] text)
    {
        var fresh = $"{Path}.{Environment.ProcessId}.new";
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
            {
                file.Write(text);
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, Path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    /// <summary>Keeps other processes from writing until it is disposed.</summary>
    /// <returns>Null where another held it beyond a bound: then the last writer wins, which costs the other's last observations at most.</returns>
    internal IDisposable? Lock()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var lockPath = Path + ".lock";
        for (var waited = TimeSpan.Zero; ; waited += LockAgainAfter)
        {
            try
            {
                // Locked by the kernel: it goes with the process. The file stays, because removing it would race with who opens it.
                return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException) when (File.Exists(lockPath))
            {
                if (waited >= LockWithin) return null;
            }
            Thread.Sleep(LockAgainAfter);
        }
    }

    /// <summary>Moves a file that cannot be used out of the way, and keeps it for who wants to look.</summary>
    /// <returns>Its new name; null where it could not be moved.</returns>
    internal string? SetAside()
    {
        try
        {
            var number = 1;
            while (File.Exists($"{Path}.damaged-{number}")) number++;
            var aside = $"{Path}.damaged-{number}";
            File.Move(Path, aside);
            return aside;
        }
        catch (Exception e) when (IsFileError(e))
        {
            return null;
        }
    }

    internal static bool IsFileError(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;
}
