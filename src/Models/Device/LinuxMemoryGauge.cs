using System.Buffers.Text;

namespace ActorPipeline.Device;

/// <summary>Reads this process's memory from Linux's /proc. Where there is none its readings say that they are not readable.</summary>
/// <param name="root">The folder that stands for "/".</param>
public sealed class LinuxMemoryGauge(string root = "/") : IMemoryGauge, IDisposable
{
    private readonly KernelFile _status = new(Path.Combine(root, "proc/self/status"));
    private readonly KernelFile _pages = new(Path.Combine(root, "proc/self/statm"));
    private readonly string _marks = Path.Combine(root, "proc/self/clear_refs");
    private long _highest;

    /// <inheritdoc/>
    public MemoryReading Read()
    {
        Span<byte> text = stackalloc byte[4096];
        var status = _status.Read(text);
        if (Split(status) is not var (anonymous, file))
            return new MemoryReading(Bytes.Zero, Bytes.Zero, Bytes.Zero, Bytes.Zero) { Readable = false };
        // What is committed is known as of the last collection; what was allocated since may lie beyond it.
        var managed = Bytes.Max(new Bytes(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes), new Bytes(GC.GetTotalMemory(forceFullCollection: false)));
        var mark = KernelText.Kibibytes(status, "VmHWM:"u8).GetValueOrDefault();
        return new MemoryReading(anonymous, file, managed, Keep(mark)) { PhasePeak = mark };
    }

    /// <summary>
    /// What is anonymous and what is of files. Shared memory counts as of files: the runtime keeps compiled code in it. Kernels before 4.5 do not tell them apart in "status": there it is all that is resident
    /// less what "statm" calls shared (files and shared memory, in pages), which comes to the same.
    /// </summary>
    private (Bytes Anonymous, Bytes File)? Split(ReadOnlySpan<byte> status)
    {
        if (KernelText.Kibibytes(status, "RssAnon:"u8) is { } anonymous)
            return (anonymous, KernelText.Kibibytes(status, "RssFile:"u8).GetValueOrDefault() + KernelText.Kibibytes(status, "RssShmem:"u8).GetValueOrDefault());
        Span<byte> text = stackalloc byte[256];
        if (KernelText.Kibibytes(status, "VmRSS:"u8) is not { } resident || Shared(_pages.Read(text)) is not { } shared) return null;
        return (Bytes.Max(Bytes.Zero, resident - shared), shared);
    }

    /// <summary>The third number of "statm": "size resident shared text lib data dt".</summary>
    internal static Bytes? Shared(ReadOnlySpan<byte> statm)
    {
        for (var i = 0; i < 2; i++)
        {
            var space = statm.IndexOf((byte)' ');
            if (space < 0) return null;
            statm = statm[(space + 1)..];
        }
        return Utf8Parser.TryParse(statm, out long pages, out _) && pages is >= 0 and < 1L << 40 ? new Bytes(pages * Environment.SystemPageSize) : null;
    }

    /// <summary>The highest mark ever read: phases start the kernel's anew.</summary>
    private Bytes Keep(Bytes mark)
    {
        var highest = Volatile.Read(ref _highest);
        while (mark.Count > highest)
        {
            var before = Interlocked.CompareExchange(ref _highest, mark.Count, highest);
            if (before == highest) return mark;
            highest = before;
        }
        return new Bytes(highest);
    }

    /// <inheritdoc/>
    public void Trim() => NativeHeap.Trim();

    /// <inheritdoc/>
    public void Refresh() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);

    /// <inheritdoc/>
    public bool BeginPhase()
    {
        Read();
        return Reset(_marks);
    }

    /// <summary>Starts the high-water mark anew at what is resident now, so that the next readings tell a phase's exact peak.</summary>
    /// <returns>Whether the kernel did.</returns>
    public static bool ResetPeak() => Reset("/proc/self/clear_refs");

    private static bool Reset(string marks)
    {
        try
        {
            File.WriteAllBytes(marks, "5"u8);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _status.Dispose();
        _pages.Dispose();
    }
}
