using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;

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

    /// <summary>Loads OpenCV.</summary>
    /// <exception cref="SinkException">It is not there.</exception>
    public static void RequireOpenCv(string what, string path)
    {
        try
        {
            OpenCvRuntime.EnsureLoaded();
        }
        catch (OpenCvUnavailableException e)
        {
            throw new SinkException($"{what} '{path}' cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The series of files that a file is one of, once it gives way to a new one: <c>a/results.jsonl</c> to <c>a/results-TIME-NUMBER.jsonl</c>.</summary>
    public static FileSeries SeriesBeside(string path) =>
        new(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));

    /// <summary>Whether an exception is the file system's.</summary>
    public static bool IsFileError(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
