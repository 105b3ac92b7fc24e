using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>The C library's heap, where ONNX Runtime and OpenCV allocate.</summary>
public static class NativeHeap
{
    private static volatile bool _absent = !OperatingSystem.IsLinux();

    /// <summary>Raised by <see cref="Trim"/>: whoever keeps free memory of its own gives it back.</summary>
    internal static event Action? Trimming;

    /// <summary>
    /// Gives free memory back to the system, the heap's and that of pools: after a session is disposed its memory lies free, but stays
    /// with the process. Of the heap nothing is done where the C library has no such call.
    /// </summary>
    /// <returns>Whether the C library was asked.</returns>
    public static bool Trim()
    {
        Trimming?.Invoke();
        if (_absent) return false;
        try
        {
            _ = MallocTrim(0);
            return true;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            _absent = true;
            return false;
        }
    }

    /// <summary>
    /// Has blocks of a mebibyte and more mapped on their own, so that freeing one gives it back at once. By default glibc raises that
    /// threshold to 32 MiB after the first large free; then every lane's thread keeps its share of activations and weights in a heap
    /// of its own. Measured with the street's two models swapping on two lanes: model memory peaks at 44 instead of 83 MiB.
    /// And has threads share the heaps there are instead of making one each: every heap keeps some of what passed through it.
    /// Process-wide; call it before the first model is loaded. Does nothing where the C library has no such call.
    /// </summary>
    /// <returns>Whether the C library took it.</returns>
    public static bool MapLargeBlocks()
    {
        const int mmapThreshold = -3, heapsAtMost = -8;
        try
        {
            return OperatingSystem.IsLinux() && MallocOption(mmapThreshold, 1 << 20) == 1 && MallocOption(heapsAtMost, 2) == 1;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int MallocOption(int option, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint pad);
}
