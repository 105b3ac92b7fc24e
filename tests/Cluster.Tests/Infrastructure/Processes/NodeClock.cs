using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// Clocks of a process that go otherwise than the machine's. The monotonic one (timers, Stopwatch) by a time namespace: it has another origin from
/// the start on, as on another machine. The wall clock (DateTime.UtcNow) by a small library that is loaded before others and adds a number
/// to what the kernel says: that number can change while the process runs, as when a clock is set. It is made here with the machine's C
/// compiler; without one there is none.
/// </summary>
internal sealed class NodeClock : IDisposable
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile long long *shift;
        static int (*real)(clockid_t, struct timespec *);

        __attribute__((constructor)) static void begin(void) {
            const char *path = getenv("APCT_WALL_SHIFT");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
            if (file < 0) return;
            void *map = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
            if (map != MAP_FAILED) shift = map;
            close(file);
        }

        int clock_gettime(clockid_t clock, struct timespec *into) {
            if (!real) begin();
            int result = real(clock, into);
            if (result == 0 && shift && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI)) {
                long long at = into->tv_sec * 1000000000LL + into->tv_nsec + *shift;
                into->tv_sec = at / 1000000000LL;
                into->tv_nsec = at % 1000000000LL;
            }
            return result;
        }

        int gettimeofday(struct timeval *restrict into, void *restrict zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            into->tv_sec = now.tv_sec;
            into->tv_usec = now.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *into) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (into) *into = now.tv_sec;
            return now.tv_sec;
        }
        """;

    private static readonly Lazy<(string? Library, string? WhyNot)> Built = new(Build);
    private static readonly Lazy<string?> Space = new(ProbeSpace);

    private readonly string _folder = Owner.Folder("clock");
    private readonly TimeSpan _monotonic;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _shift;

    /// <param name="wall">How far the wall clock is ahead; null to leave it alone.</param>
    /// <param name="monotonic">How far the monotonic clock is ahead.</param>
    public NodeClock(TimeSpan? wall = null, TimeSpan monotonic = default)
    {
        _monotonic = monotonic;
        if (wall is not { } ahead) return;
        _file = MemoryMappedFile.CreateFromFile(ShiftPath, FileMode.Create, null, sizeof(long));
        _shift = _file.CreateViewAccessor(0, sizeof(long));
        SetWall(ahead);
    }

    /// <value>Why there is no other wall clock here; null where there is.</value>
    public static string? WhyNoWall => Built.Value.WhyNot;

    /// <value>Why there is no other monotonic clock here; null where there is.</value>
    public static string? WhyNoMonotonic => Space.Value;

    /// <value>What leads to it.</value>
    internal IEnumerable<string> Command => _monotonic == TimeSpan.Zero ? [] : Unshare(_monotonic);

    /// <value>Variables of the program; null where there are none.</value>
    internal IEnumerable<string>? Preload => _shift is null ? null : [$"LD_PRELOAD={Built.Value.Library}", $"APCT_WALL_SHIFT={ShiftPath}"];

    private string ShiftPath => Path.Combine(_folder, "shift");

    /// <summary>Sets the wall clock, also while the process runs.</summary>
    /// <param name="ahead">How far it is ahead from now on; less than zero where it is behind.</param>
    public void SetWall(TimeSpan ahead) => (_shift ?? throw new InvalidOperationException("This clock leaves the wall clock alone.")).Write(0, ahead.Ticks * 100);

    public void Dispose()
    {
        _shift?.Dispose();
        _file?.Dispose();
        Leftovers.TryDelete(_folder);
    }

    private static string[] Unshare(TimeSpan ahead)
    {
        var seconds = ((long)ahead.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        // Without --fork the program keeps its id; it is in the namespace from its exec on.
        return ["unshare", "--time", "--monotonic", seconds, "--boottime", seconds];
    }

    private static string? ProbeSpace()
    {
        const int Ahead = 1_000_000;
        string[] command = [.. Unshare(TimeSpan.FromSeconds(Ahead)), "cat", "/proc/uptime"];
        if (Shell.Complaint(command[0], command[1..]) is { } complaint) return $"another monotonic clock: {complaint.ReplaceLineEndings(" ")}";
        return Uptime(Shell.Run(command[0], command[1..]).Out) - Uptime(File.ReadAllText("/proc/uptime")) > Ahead / 2 ? null : "time namespaces take no effect here";

        static double Uptime(string text) => double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static (string?, string?) Build()
    {
        Leftovers.RemoveOnce();
        var folder = Owner.Folder("clocks");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Leftovers.TryDelete(folder);
        string source = Path.Combine(folder, "clock.c"), library = Path.Combine(folder, "clock.so");
        File.WriteAllText(source, Source);
        return Shell.Complaint("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]) is { } complaint
            ? (null, $"another wall clock needs a C compiler: {complaint.ReplaceLineEndings(" ")}")
            : (library, null);
    }
}

/// <summary>A spec of processes with another wall clock.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WallClockFactAttribute : FactAttribute
{
    public WallClockFactAttribute() => Skip = NodeClock.WhyNoWall;
}

/// <summary>A spec of processes with another monotonic clock.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MonotonicClockFactAttribute : FactAttribute
{
    public MonotonicClockFactAttribute() => Skip = NodeClock.WhyNoMonotonic;
}
