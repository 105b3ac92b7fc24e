using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>The C library's heap, where ONNX Runtime and OpenCV allocate.</summary>
public static class NativeHeap
{
    private static volatile bool _absent = !OperatingSystem.IsLinux();

    /// <summary>
    /// Gives free memory back to the system: after a session is disposed its memory lies free in the heap, but stays with the process.
    /// Does nothing where the C library has no such call.
    /// </summary>
    /// <returns>Whether the C library was asked.</returns>
    public static bool Trim()
    {
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

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint pad);
}
