using System.Collections.Concurrent;
using ActorPipeline.Device;

namespace ActorPipeline.Support;

/// <summary>A gauge that shows what a spec sets, as seen from any thread.</summary>
public sealed class FakeGauge : IMemoryGauge
{
    private static readonly Bytes Managed = Bytes.MiB(20);
    private static readonly Bytes File = Bytes.MiB(5);

    private readonly ConcurrentQueue<Bytes?> _once = new();
    private long _native;
    private long _phasePeak;
    private volatile bool _unreadable;

    /// <summary>Native anonymous memory of the process.</summary>
    public Bytes Native
    {
        get => new(Volatile.Read(ref _native));
        set => Volatile.Write(ref _native, value.Count);
    }

    /// <summary>Whether it cannot be read.</summary>
    public bool IsUnreadable
    {
        get => _unreadable;
        set => _unreadable = value;
    }

    /// <summary>Whether phases have a high-water mark of their own.</summary>
    public bool HasPhases { get; init; }

    /// <summary>The most native anonymous memory that a phase shows; never less than there is now.</summary>
    public Bytes PhasePeak
    {
        get => new(Volatile.Read(ref _phasePeak));
        set => Volatile.Write(ref _phasePeak, value.Count);
    }

    /// <summary>Readings that still have to be made.</summary>
    public int Ahead => _once.Count;

    /// <summary>What the next reading alone shows; null for one that says that the process has no memory at all.</summary>
    public void ShowOnce(Bytes? native) => _once.Enqueue(native);

    public bool BeginPhase() => HasPhases && !IsUnreadable;

    public MemoryReading Read()
    {
        if (IsUnreadable) return new MemoryReading(Bytes.Zero, Bytes.Zero, Bytes.Zero, Bytes.Zero) { Readable = false };
        var native = _once.TryDequeue(out var once) ? once : Native;
        return native is { } bytes
            ? new MemoryReading(bytes + Managed, File, Managed, bytes + Managed + File) { PhasePeak = Bytes.Max(bytes, PhasePeak) + Managed + File }
            : new MemoryReading(Bytes.Zero, Bytes.Zero, Managed, Bytes.Zero);
    }
}
