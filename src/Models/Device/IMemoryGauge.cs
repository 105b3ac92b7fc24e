namespace ActorPipeline.Device;

/// <summary>Reads how much memory this process holds.</summary>
public interface IMemoryGauge
{
    /// <summary>One reading now; cheap enough for ten a second.</summary>
    MemoryReading Read();
}

/// <summary>The memory of this process at one moment.</summary>
/// <param name="Anonymous">Resident anonymous memory (heap and the like).</param>
/// <param name="File">Resident pages of mapped files.</param>
/// <param name="Managed">What the .NET heap has committed; part of <paramref name="Anonymous"/>.</param>
/// <param name="Peak">The kernel's high-water mark of resident memory.</param>
public sealed record MemoryReading(Bytes Anonymous, Bytes File, Bytes Managed, Bytes Peak)
{
    /// <summary>Anonymous memory that is not the .NET heap's.</summary>
    public Bytes NativeAnonymous => Bytes.Max(Bytes.Zero, Anonymous - Managed);
}
