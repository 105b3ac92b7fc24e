using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>Leaves the process without unwinding it.</summary>
public static class ProcessExit
{
    /// <summary>
    /// Ends the process at once: no finalizers, no native destructors. For a process with a run that does not come back, because
    /// destructors under a live run can crash and turn an orderly exit code into a signal.
    /// </summary>
    [DoesNotReturn]
    public static void Immediately(int code)
    {
        try
        {
            if (!OperatingSystem.IsWindows()) Exit(code);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // No C library of this name: the runtime's own way is the next best.
        }
        Environment.Exit(code);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void Exit(int code);
}
