using System.Diagnostics;
using System.Globalization;

namespace ActorPipeline.Bench.Cluster;

/// <summary>Holds this process, with all its threads and those to come, to one core until it is disposed.</summary>
internal sealed class Affinity : IDisposable
{
    /// <param name="core">Which, counted from 0.</param>
    public Affinity(int core) => Set(core.ToString(CultureInfo.InvariantCulture));

    public void Dispose() => Set($"0-{Environment.ProcessorCount - 1}");

    private static void Set(string cores)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", cores, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0) throw new InvalidOperationException("taskset refused.");
    }
}
