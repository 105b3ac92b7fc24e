using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorPipeline.ClusterTests;

/// <summary>Linux, where .NET has no name for it.</summary>
internal static partial class Native
{
    public const int Interrupt = 2, Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    /// <summary>Sends a signal to one process.</summary>
    /// <returns>Whether it was there.</returns>
    public static bool TrySignal(int process, int signal) => process > 1 && kill(process, signal) == 0;

    /// <summary>Leads the calling thread into another network namespace.</summary>
    public static void EnterNetwork(SafeFileHandle ns)
    {
        const int Network = 0x4000_0000;
        if (setns(ns.DangerousGetHandle().ToInt32(), Network) != 0) throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int descriptor, int kind);
}
