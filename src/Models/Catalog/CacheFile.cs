namespace ActorPipeline.Catalog;

/// <summary>A small file in the cache that several processes share: how it is read, replaced, locked and set aside.</summary>
/// <param name="path">The file; made absolute.</param>
internal sealed class CacheFile(string path)
{
    private static readonly TimeSpan LockWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file's content; null where there is none.</summary>
    public byte[]? Read()
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
    public void Write(byte[] text) => WholeFile.Write(Path, text);

    /// <summary>Keeps other processes from writing until it is disposed.</summary>
    /// <returns>Null where another held it beyond a bound: then the last writer wins, which costs the other's last changes at most.</returns>
    public IDisposable? Lock()
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
    public string? SetAside()
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

    /// <summary>Whether an error says that a file cannot be had, rather than that the program is wrong.</summary>
    public static bool IsFileError(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;
}
