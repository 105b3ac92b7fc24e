using System.Diagnostics;
using System.Globalization;
using ActorPipeline.Device;

namespace ActorPipeline.Bench.Cgroup;

/// <summary>What a group's processes take at one moment.</summary>
/// <param name="Usage">All that is charged to it.</param>
/// <param name="Held">The same without pages of files that nobody has mapped: what the kernel cannot drop without taking it from a process.</param>
internal readonly record struct GroupReading(Bytes Usage, Bytes Held);

/// <summary>
/// A memory control group of our own, v1 or v2, whichever counts memory here. It is made at the top of what is mounted, so that the limits
/// of nobody else count; disposing it removes it once its processes are gone.
/// </summary>
internal sealed class MemoryGroup : IDisposable
{
    private static readonly string[] Droppable1 = ["total_inactive_file ", "total_active_file ", "total_mapped_file ", "total_shmem "];
    private static readonly string[] Droppable2 = ["inactive_file ", "active_file ", "file_mapped ", "shmem "];
    private static int _made;

    private readonly string _folder;
    private readonly bool _isVersion1;

    private MemoryGroup(string folder, bool isVersion1) => (_folder, _isVersion1) = (folder, isVersion1);

    /// <summary>"v1" or "v2".</summary>
    public string Version => _isVersion1 ? "v1" : "v2";

    /// <summary>Why no group can be made here; null where one can.</summary>
    public static string? WhyNot()
    {
        try
        {
            Create(null).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"needs a memory control group, and none can be made: {e.Message}";
        }
    }

    /// <summary>Makes one.</summary>
    /// <param name="limit">What its processes may take together; null for as much as there is.</param>
    /// <exception cref="IOException">There is no controller of memory here, or the kernel refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static MemoryGroup Create(Bytes? limit)
    {
        var paths = new CgroupPaths("/");
        var isVersion1 = paths.Memory1.Count > 0;
        var parent = isVersion1
            ? paths.Memory1[^1]
            : paths.Unified.LastOrDefault(Delegates) ?? throw new IOException("no control group here hands memory down to groups below it");
        var folder = Path.Combine(parent, $"actorpipeline-bench-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
        Directory.CreateDirectory(folder);
        var group = new MemoryGroup(folder, isVersion1);
        try
        {
            if (limit is { } most) group.Limit(most);
            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>Starts a program whose every page is charged to the group: a shell enters the group and becomes the program.</summary>
    public ProcessStartInfo Starting(string program, params IEnumerable<string> arguments) =>
        new("/bin/sh", ["-c", $"echo $$ > '{Path.Combine(_folder, "cgroup.procs")}' && exec \"$@\"", "sh", program, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };

    /// <summary>Has a running process's further pages charged to the group; what it has stays where it is.</summary>
    public void Add(Process process) => File.WriteAllText(Path.Combine(_folder, "cgroup.procs"), process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>One reading now.</summary>
    public GroupReading Read()
    {
        var stat = File.ReadAllLines(Path.Combine(_folder, "memory.stat"));
        var usage = new Bytes(Number(File.ReadAllText(Path.Combine(_folder, _isVersion1 ? "memory.usage_in_bytes" : "memory.current"))));
        if ((_isVersion1 ? Droppable1 : Droppable2).Select(name => Find(stat, name)).ToArray() is not [var inactive, var active, var mapped, var shared]) return default;
        return new GroupReading(usage, usage - new Bytes(Math.Max(0, inactive + active - Math.Max(0, mapped - shared))));
    }

    /// <summary>Processes that the kernel killed because the group had no more.</summary>
    public long OomKills => Find(File.ReadAllLines(Path.Combine(_folder, _isVersion1 ? "memory.oom_control" : "memory.events")), "oom_kill ");

    /// <summary>How often the group ran into its limit, so that something had to be dropped.</summary>
    public long Failures => _isVersion1
        ? Number(File.ReadAllText(Path.Combine(_folder, "memory.failcnt")))
        : Find(File.ReadAllLines(Path.Combine(_folder, "memory.events")), "max ");

    /// <inheritdoc/>
    public void Dispose()
    {
        // A process that has been waited for may be counted a moment longer.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(_folder);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>Swapping is no way out: memory and swap together may not be more than memory, where the kernel counts swap.</summary>
    private void Limit(Bytes most)
    {
        var bytes = most.Count.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(_folder, _isVersion1 ? "memory.limit_in_bytes" : "memory.max"), bytes);
        var swap = Path.Combine(_folder, _isVersion1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max");
        if (File.Exists(swap)) File.WriteAllText(swap, _isVersion1 ? bytes : "0");
    }

    private static bool Delegates(string folder) =>
        KernelFile.ReadText(Path.Combine(folder, "cgroup.subtree_control"))?.Split([' ', '\n']).Contains("memory") == true;

    private static long Find(string[] lines, string name) =>
        lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line ? Number(line[name.Length..]) : 0;

    private static long Number(string text) => long.Parse(text.Trim(), CultureInfo.InvariantCulture);
}
