namespace ActorPipeline.Sinks;

/// <summary>What sinks that write files do alike.</summary>
internal static class SinkFiles
{
    /// <summary>Makes the folder a file is to lie in.</summary>
    /// <exception cref="SinkException">It cannot be made.</exception>
    public static void MakeFolder(string what, string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (IsFileError(e))
        {
            throw new SinkException($"{what} '{path}': its folder cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Whether an exception is the file system's.</summary>
    public static bool IsFileError(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
