namespace ActorPipeline.ClusterTests;

/// <summary>What test processes that crashed left: node processes, network namespaces, folders.</summary>
internal static class Leftovers
{
    private static readonly Lazy<bool> Once = new(() =>
    {
        Remove();
        return true;
    });

    /// <summary>Removes it the first time that it is asked.</summary>
    public static void RemoveOnce() => _ = Once.Value;

    /// <summary>Removes it. Nothing of a test process that lives is touched.</summary>
    public static void Remove()
    {
        foreach (var (process, owner) in ProcFile.WithVariable(Owner.Variable))
        {
            if (Owner.IsGone(owner)) Native.TrySignal(process, Native.Kill);
        }
        foreach (var name in Names(NetworkNamespace.Folder)) Shell.TryRun("ip", ["netns", "delete", name]);
        foreach (var name in Names(Path.GetTempPath())) TryDelete(Path.Combine(Path.GetTempPath(), name));
    }

    /// <summary>Deletes a folder as far as that can be done.</summary>
    public static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever crashes next finds it again.
        }
    }

    private static string[] Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFileSystemEntries(folder).Select(e => Path.GetFileName(e)).Where(Owner.IsLeftover)] : [];
}
