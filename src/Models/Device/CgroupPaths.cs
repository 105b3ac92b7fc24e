using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorPipeline.Device;

/// <summary>
/// Where this process's control groups are: from /proc/self/cgroup (which group) and /proc/self/mountinfo (where groups are mounted).
/// A machine may have both kinds side by side ("hybrid"): then memory is counted by the v1 controller, and v2 knows pressure alone.
/// </summary>
internal sealed partial class CgroupPaths
{
    private sealed record Mount(string Root, string Point, string Type, string Options);

    /// <param name="root">The folder that stands for "/".</param>
    public CgroupPaths(string root)
    {
        var groups = Lines(root, "proc/self/cgroup").Select(l => l.Split(':', 3)).Where(p => p.Length == 3).ToArray();
        var mounts = Lines(root, "proc/self/mountinfo").Select(Parse).OfType<Mount>().ToArray();
        Memory1 = Chain(root, groups.FirstOrDefault(g => g[1].Split(',').Contains("memory"))?[2],
            mounts.Where(m => m.Type == "cgroup" && m.Options.Split(',').Contains("memory")));
        Unified = Chain(root, groups.FirstOrDefault(g => g[0] == "0" && g[1].Length == 0)?[2], mounts.Where(m => m.Type == "cgroup2"));
    }

    /// <summary>Folders of the v1 memory controller, from the process's own group up to the mount; empty where there is none.</summary>
    public IReadOnlyList<string> Memory1 { get; }

    /// <summary>Folders of the v2 hierarchy, from the process's own group up to the mount; empty where there is none.</summary>
    public IReadOnlyList<string> Unified { get; }

    private static string[] Lines(string root, string file) =>
        KernelFile.ReadText(Path.Combine(root, file))?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>"36 25 0:31 /root /mount/point rw,relatime optional... - type source options".</summary>
    private static Mount? Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        if (halves.Length < 2) return null;
        var (left, right) = (halves[0].Split(' '), halves[1].Split(' '));
        return left.Length >= 5 && right.Length >= 3 ? new Mount(Unescape(left[3]), Unescape(left[4]), right[0], right[2]) : null;
    }

    /// <summary>Spaces and the like come as octal: "\040".</summary>
    private static string Unescape(string text) =>
        Octal().Replace(text, m => ((char)Convert.ToInt32(m.Value[1..], 8)).ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\\[0-3][0-7]{2}")]
    private static partial Regex Octal();

    /// <summary>
    /// Of several mounts the first that has the group's folder. In a container the group's path may be one of the machine outside, which
    /// is not there: then the mount's own folder is the nearest word.
    /// </summary>
    private static List<string> Chain(string root, string? group, IEnumerable<Mount> mounts)
    {
        if (group is null) return [];
        List<string> fallback = [];
        foreach (var mount in mounts)
        {
            var point = Path.Combine(root, mount.Point.TrimStart('/'));
            if (Below(mount.Root, group) is { } inside && Directory.Exists(Path.Combine(point, inside))) return Up(point, inside);
            if (fallback.Count == 0 && Directory.Exists(point)) fallback.Add(point);
        }
        return fallback;
    }

    /// <summary>The group's path under what is mounted; null where it lies elsewhere ("/.." is outside of this process's namespace).</summary>
    private static string? Below(string mounted, string group)
    {
        if (group.Split('/').Contains("..")) return null;
        if (mounted == "/") return group.TrimStart('/');
        return group == mounted ? "" : group.StartsWith(mounted + "/", StringComparison.Ordinal) ? group[(mounted.Length + 1)..] : null;
    }

    private static List<string> Up(string point, string inside)
    {
        List<string> chain = [];
        for (var at = inside; at.Length > 0; at = Path.GetDirectoryName(at) ?? "") chain.Add(Path.Combine(point, at));
        chain.Add(point);
        return chain;
    }
}
