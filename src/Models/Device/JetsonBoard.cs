namespace ActorPipeline.Device;

/// <summary>
/// Whether this is an NVIDIA board whose processor and GPU share one memory (Jetson). There the host pool is the only one: NVML answers
/// "not supported" or nothing at all, and cuMemGetInfo forgets what could be reclaimed.
/// </summary>
public static class JetsonBoard
{
    /// <param name="root">The folder that stands for "/".</param>
    /// <returns>False also where nothing can be read.</returns>
    public static bool IsUnified(string root = "/") =>
        // The first is L4T's own and is missing in most containers; the device tree is the boot loader's and is there in all.
        File.Exists(Path.Combine(root, "etc/nv_tegra_release"))
        || Says(root, "proc/device-tree/model", "jetson")
        || Says(root, "proc/device-tree/compatible", "nvidia,tegra");

    /// <summary>The release of its software, such as "R36.4.3".</summary>
    /// <param name="root">The folder that stands for "/".</param>
    /// <returns>Null where the board does not say; in containers it usually does not.</returns>
    internal static string? Release(string root = "/")
    {
        // "# R32 (release), REVISION: 7.1, GCID: ..."
        const string revision = "REVISION:";
        if (KernelFile.ReadText(Path.Combine(root, "etc/nv_tegra_release"))?.Split('\n')[0] is not { } line || line is not ['#', ' ', 'R', ..]) return null;
        var at = line.IndexOf(revision, StringComparison.Ordinal);
        var main = line[2..].Split(' ')[0];
        return at < 0 ? main : $"{main}.{line[(at + revision.Length)..].Split(',')[0].Trim()}";
    }

    private static bool Says(string root, string file, string word) =>
        KernelFile.ReadText(Path.Combine(root, file))?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
