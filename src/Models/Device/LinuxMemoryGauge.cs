using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorPipeline.Device;

/// <summary>Reads this process's memory from Linux's /proc; where there is none, only the managed heap is known.</summary>
public sealed class LinuxMemoryGauge : IMemoryGauge, IDisposable
{
    // Kept open: each read from its start is a fresh picture, and opening it is most of the cost.
    private readonly SafeFileHandle? _status;
    private long _highest;

    /// <summary>A gauge over the running process.</summary>
    public LinuxMemoryGauge()
    {
        try
        {
            _status = File.OpenHandle("/proc/self/status");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _status = null;
        }
    }

    /// <inheritdoc/>
    public MemoryReading Read()
    {
        // What is committed is known as of the last collection; what was allocated since may lie beyond it.
        var managed = Bytes.Max(new Bytes(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes), new Bytes(GC.GetTotalMemory(forceFullCollection: false)));
        if (_status is null) return new MemoryReading(managed, Bytes.Zero, managed, managed);
        Span<byte> text = stackalloc byte[4096];
        text = text[..RandomAccess.Read(_status, text, 0)];
        var mark = Field(text, "\nVmHWM:"u8);
        return new MemoryReading(Field(text, "\nRssAnon:"u8), Field(text, "\nRssFile:"u8), managed, Keep(mark)) { PhasePeak = mark };
    }

    /// <inheritdoc/>
    public bool BeginPhase()
    {
        Read();
        return ResetPeak();
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

    /// <summary>Starts the high-water mark anew at what is resident now, so that the next readings tell a phase's exact peak.</summary>
    /// <returns>Whether the kernel did.</returns>
    public static bool ResetPeak()
    {
        try
        {
            File.WriteAllBytes("/proc/self/clear_refs", "5"u8);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _status?.Dispose();

    /// <summary>The value of a line such as "RssAnon:     12345 kB"; zero where the kernel has no such line.</summary>
    internal static Bytes Field(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        var at = status.IndexOf(name);
        if (at < 0) return Bytes.Zero;
        var rest = status[(at + name.Length)..].TrimStart(" \t"u8);
        return Utf8Parser.TryParse(rest, out long kibibytes, out _) ? Bytes.KiB(kibibytes) : Bytes.Zero;
    }
}
