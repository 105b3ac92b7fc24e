namespace ActorPipeline.Device;

/// <summary>Reads how much memory this process holds. Safe from any thread.</summary>
public interface IMemoryGauge
{
    /// <summary>One reading now; cheap enough for ten a second.</summary>
    MemoryReading Read();

    /// <summary>
    /// Has the next readings know the .NET heap as it is: what it has committed is known only as of the last collection, and what was
    /// allocated since would count as native. Takes some milliseconds.
    /// </summary>
    void Refresh()
    {
    }

    /// <summary>Gives back to the system what heaps and pools of this process keep free. Takes some milliseconds.</summary>
    void Trim()
    {
    }

    /// <summary>Starts the high-water mark of a phase (a load, the runs of a turn) anew at what is resident now.</summary>
    /// <returns>Whether the kernel did; without it a phase's peak is not known.</returns>
    bool BeginPhase();
}

/// <summary>The memory of this process at one moment.</summary>
/// <param name="Anonymous">Resident anonymous memory (heap and the like).</param>
/// <param name="File">Resident pages of mapped files, and of shared memory, which the kernel backs by a file of its own.</param>
/// <param name="Managed">What the .NET heap has committed; part of <paramref name="Anonymous"/>.</param>
/// <param name="Peak">The kernel's high-water mark of resident memory since the process began.</param>
public sealed record MemoryReading(Bytes Anonymous, Bytes File, Bytes Managed, Bytes Peak)
{
    /// <summary>Most resident memory since the phase began; <see cref="Peak"/> where phases are not known.</summary>
    public Bytes PhasePeak { get; init; } = Peak;

    /// <summary>Whether the gauge could be read at all; if not, the rest is zero.</summary>
    public bool Readable { get; init; } = true;

    /// <summary>Anonymous memory that is not the .NET heap's.</summary>
    public Bytes NativeAnonymous => Bytes.Max(Bytes.Zero, Anonymous - Managed);

    /// <summary>The phase's peak of anonymous memory that is not the .NET heap's, as far as the kernel tells: file pages that came in the phase are taken off as they are now.</summary>
    public Bytes PhaseNativePeak => Bytes.Max(NativeAnonymous, PhasePeak - File - Managed);
}
