using System.Buffers.Text;

namespace ActorPipeline.Device;

/// <summary>
/// How long all work stood still for want of memory (PSI, Linux 4.20): "full avg10" of the machine and of this process's own v2 control
/// group, whichever is larger. Safe from any thread.
/// </summary>
public sealed class PressureStall : IDisposable
{
    private readonly KernelFile[] _files;

    /// <param name="root">The folder that stands for "/".</param>
    public PressureStall(string root = "/")
        : this(root, new CgroupPaths(root))
    {
    }

    internal PressureStall(string root, CgroupPaths paths) =>
        _files =
        [
            new KernelFile(Path.Combine(root, "proc/pressure/memory")),
            .. paths.Unified.Take(1).Select(own => new KernelFile(Path.Combine(own, "memory.pressure"))),
        ];

    /// <summary>Per cent of the last ten seconds, 0 to 100; null where the kernel does not say.</summary>
    public double? Read()
    {
        Span<byte> text = stackalloc byte[256];
        double? most = null;
        foreach (var file in _files)
            if (Parse(file.Read(text)) is { } stall) most = Math.Max(stall, most ?? 0);
        return most;
    }

    internal static double? Parse(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(KernelText.After(text, "full avg10="u8), out double stall, out _) && stall is >= 0 and <= 100 ? stall : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }
}
