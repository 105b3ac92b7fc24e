using System.Diagnostics;
using System.Globalization;

namespace ActorPipeline.Bench.Cluster;

/// <summary>Holds this process, with all its threads and those to come, to one core until it is disposed.</summary>
internal sealed class Affinity : IDisposable
{
    // Told of fewer once the process is held to some.
    private static readonly int Cores = Environment.ProcessorCount;

    /// <param name="core">Which, counted from 0.</param>
    public Affinity(int core) => Set(core.ToString(CultureInfo.InvariantCulture));

    public void Dispose() => Set($"0-{Cores - 1}");

    private static void Set(string cores)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", cores, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        // A thread that ends meanwhile makes it say that it failed.
        taskset.WaitForExit();
    }
}
