namespace ActorPipeline.Device;

/// <summary>What the machine's own memory has left, from /proc/meminfo. Safe from any thread.</summary>
/// <param name="root">The folder that stands for "/".</param>
public sealed class HostMemory(string root = "/") : IDisposable
{
    private readonly KernelFile _meminfo = new(Path.Combine(root, "proc/meminfo"));

    /// <summary>What can be had without swapping; null where the kernel does not say.</summary>
    public PoolReading? Read()
    {
        Span<byte> text = stackalloc byte[4096];
        return Parse(_meminfo.Read(text));
    }

    /// <summary>All memory that the kernel manages; null where it does not say.</summary>
    public Bytes? Total()
    {
        Span<byte> text = stackalloc byte[4096];
        return KernelText.Kibibytes(_meminfo.Read(text), "MemTotal:"u8);
    }

    /// <summary>
    /// MemAvailable (Linux 3.14): the kernel's own estimate, which knows what of the page cache can be dropped. Before that free memory
    /// and caches, which says too much, because some of the cache is in use. Never more than the machine has.
    /// </summary>
    internal static PoolReading? Parse(ReadOnlySpan<byte> meminfo)
    {
        var (available, source) = (KernelText.Kibibytes(meminfo, "MemAvailable:"u8), "MemAvailable");
        if (available is null)
        {
            available = KernelText.Kibibytes(meminfo, "MemFree:"u8) + KernelText.Kibibytes(meminfo, "Buffers:"u8) + KernelText.Kibibytes(meminfo, "Cached:"u8);
            source = "MemFree, Buffers and Cached";
        }
        if (available is not { } bytes) return null;
        return new PoolReading(MemoryPool.Host, KernelText.Kibibytes(meminfo, "MemTotal:"u8) is { } total ? Bytes.Min(bytes, total) : bytes, source);
    }

    /// <inheritdoc/>
    public void Dispose() => _meminfo.Dispose();
}
