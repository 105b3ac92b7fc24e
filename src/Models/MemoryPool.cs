namespace ActorPipeline;

/// <summary>A physical memory that models live in: the host's, or a device's own. Unified memory (Jetson) has the host pool alone.</summary>
/// <param name="Name">"host" or "device:0".</param>
public readonly record struct MemoryPool(string Name) : IComparable<MemoryPool>
{
    /// <summary>The host's memory.</summary>
    public static readonly MemoryPool Host = new("host");

    /// <summary>The own memory of the device with this index.</summary>
    public static MemoryPool Device(int index) => new($"device:{index}");

    /// <inheritdoc/>
    public int CompareTo(MemoryPool other) => string.CompareOrdinal(Name, other.Name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
