using System.Runtime.InteropServices;

namespace ActorPipeline.Bench.Engines;

/// <summary>The system's cache of files.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Lets all files below a folder go from it, so that the next read comes from the disk.</summary>
    public static void Drop(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            file.Flush(flushToDisk: true);
            if (Advise(file.SafeFileHandle.DangerousGetHandle().ToInt32(), 0, 0, DontNeed) != 0) throw new IOException($"{path} stays in the page cache");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
