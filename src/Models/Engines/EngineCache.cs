namespace ActorPipeline.Engines;

/// <summary>An engine as it is kept.</summary>
/// <param name="Folder">Where its files lie.</param>
/// <param name="Manifest">What they are.</param>
internal sealed record Engine(string Folder, EngineManifest Manifest)
{
    /// <summary>The path of one of its files.</summary>
    public string File(string name) => Path.Combine(Folder, name);
}

/// <summary>
/// Engines on disk, a folder for each under its key's digits. Several processes may share it: one builds at a time, what is built
/// appears whole or not at all, and what was damaged since is thrown away. Thread-safe.
/// </summary>
/// <param name="folder">Where they are kept.</param>
/// <param name="limit">Bytes of all of them; the longest unused go first. The one just built stays, however large.</param>
/// <param name="log">Told what was thrown away, from any thread.</param>
internal sealed class EngineCache(string folder, Bytes limit, Action<string>? log)
{
    private const string LockName = "lock", DraftName = "draft", UsedName = "used";
    private static readonly TimeSpan MarkAgainAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan LockAgainAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>Where they are kept.</summary>
    public string Folder => folder;

    /// <summary>Whether one is there; it may turn out damaged.</summary>
    public bool Holds(EngineKey key) => Directory.Exists(PathOf(key));

    /// <summary>The engine for a key, whole; null where there is none. A damaged one is thrown away.</summary>
    public Engine? Find(EngineKey key)
    {
        var path = PathOf(key);
        try
        {
            if (!Directory.Exists(path)) return null;
            var manifest = EngineFolder.Read(path, key);
            Touch(path);
            return new Engine(path, manifest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
        {
            Discard(key, e.Message);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not read is not damaged.
            log?.Invoke($"engine warning: the {key.Provider} engine in {path} cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Throws an engine away.</summary>
    /// <param name="key">Which.</param>
    /// <param name="why">For people.</param>
    public void Discard(EngineKey key, string why)
    {
        log?.Invoke($"engine warning: the {key.Provider} engine in {PathOf(key)} is thrown away: {why}");
        Remove(PathOf(key));
    }

    /// <summary>Builds an engine, or finds the one that another process has built meanwhile.</summary>
    /// <param name="key">What it is for.</param>
    /// <param name="wait">Whether to wait where another builds; else there is none then.</param>
    /// <param name="write">Writes its files into a folder. What it throws goes on, and nothing is kept.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The engine, and whether it was built by this call; null where another builds and this does not wait.</returns>
    /// <exception cref="IOException">The folder cannot be written, or is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public (Engine Engine, bool Built)? Build(EngineKey key, bool wait, Func<string, EngineManifest> write, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        using var turn = TakeTurn(wait, cancellation);
        if (turn is null) return null;
        if (Find(key) is { } found) return (found, false);
        var (path, draft) = (PathOf(key), Path.Combine(folder, DraftName));
        if (Directory.Exists(path)) throw new IOException($"{path} can neither be read nor be removed");
        // What is there was left by a process that died.
        Remove(draft);
        Directory.CreateDirectory(draft);
        try
        {
            EngineFolder.Seal(draft, write(draft));
            Directory.Move(draft, path);
        }
        catch
        {
            Remove(draft);
            throw;
        }
        Touch(path);
        Evict(path);
        return (new Engine(path, EngineFolder.Read(path, key)), true);
    }

    private string PathOf(EngineKey key) => Path.Combine(folder, key.Hex());

    /// <summary>The right to build; null while somebody else has it. The kernel's lock goes with its process. The file stays: deleting it would let two in.</summary>
    private FileStream? TakeTurn(bool wait, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, LockName);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            // The system's ways to say that somebody else has it; anything else is a fault of the folder.
            catch (IOException e) when (e.HResult is 11 or 35 or unchecked((int)0x80070020))
            {
                if (!wait) return null;
            }
            cancellation.WaitHandle.WaitOne(LockAgainAfter);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Keeps the cache within its bound; called by who has the turn.</summary>
    private void Evict(string newest)
    {
        var kept = Directory.GetDirectories(folder).Where(path => path != newest && Path.GetFileName(path).Length == Path.GetFileName(newest).Length)
            .Select(path => (Path: path, Size: SizeOf(path), Used: File.GetLastWriteTimeUtc(Path.Combine(path, UsedName))))
            .OrderByDescending(e => e.Used).ToArray();
        var total = SizeOf(newest);
        foreach (var entry in kept)
        {
            total += entry.Size;
            if (total <= limit.Count) continue;
            log?.Invoke($"engine: {entry.Path} ({new Bytes(entry.Size)}) made room, unused since {entry.Used:yyyy-MM-dd HH:mm} UTC; the cache may take {limit}");
            Remove(entry.Path);
            total -= entry.Size;
        }
    }

    private static long SizeOf(string path)
    {
        try
        {
            return new DirectoryInfo(path).EnumerateFiles().Sum(f => f.Length);
        }
        catch (IOException)
        {
            // Another process has just thrown it away.
            return 0;
        }
    }

    /// <summary>Marks an engine as used now; one that cannot be marked only looks older than it is.</summary>
    private static void Touch(string path)
    {
        try
        {
            var mark = Path.Combine(path, UsedName);
            // A model that swaps is loaded hundreds of times; memory cards wear out by writing.
            if (!File.Exists(mark) || DateTime.UtcNow - File.GetLastWriteTimeUtc(mark) > MarkAgainAfter) File.WriteAllBytes(mark, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read is a cache all the same.
        }
    }

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it stays and is refused again; the model is loaded all the same.
        }
    }
}
