namespace ActorPipeline.Hosting.Checking;

/// <summary>Whether a file could be written, found out without leaving one.</summary>
internal static class WritableFolders
{
    /// <summary>Why a file cannot be written; null where it can.</summary>
    public static string? Refusal(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            if (Directory.Exists(full)) return "it is a folder";
            if (File.Exists(full))
            {
                using var existing = File.OpenHandle(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                return null;
            }
            var folder = Path.GetDirectoryName(full) ?? full;
            // A folder that is not there yet will be made in the nearest one that is.
            while (!Directory.Exists(folder))
            {
                if (File.Exists(folder)) return $"'{folder}' is no folder";
                folder = Path.GetDirectoryName(folder) ?? Path.GetPathRoot(full)!;
            }
            using var probe = File.Create(Path.Combine(folder, $".actorpipeline-{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return error.Message;
        }
    }
}
