using System.Diagnostics;

namespace ActorPipeline.Hosting.Workers;

/// <summary>How this program is started again.</summary>
internal static class WorkerProgram
{
    /// <summary>The hidden command.</summary>
    public const string Command = "worker";

    // Three loads and some dozens of runs; a TensorRT engine takes minutes to build.
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(30);

    /// <summary>Real workers.</summary>
    public static readonly WorkerSource Workers = log => new WorkerProcess(Start, Within, log).RunAsync;

    /// <summary>Starts this program's worker: by its own executable, or by the one that runs its assembly.</summary>
    public static ProcessStartInfo Start()
    {
        var start = Start(Environment.ProcessPath, typeof(WorkerProgram).Assembly.Location);
        // Code is compiled once, when it is first used: compiled again in the background, some mebibytes of that were counted to the model.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return start;
    }

    /// <summary>The choice.</summary>
    /// <param name="running">What runs this process; null where the system does not say.</param>
    /// <param name="assembly">This program's assembly; empty where all is in one file.</param>
    internal static ProcessStartInfo Start(string? running, string assembly)
    {
        var own = running is not null && (assembly.Length == 0 || Path.GetFileNameWithoutExtension(running) == Path.GetFileNameWithoutExtension(assembly));
        if (own) return new ProcessStartInfo(running!, [Command]);
        var dotnet = running is not null && Path.GetFileNameWithoutExtension(running) == "dotnet" ? running : "dotnet";
        return new ProcessStartInfo(dotnet, [assembly, Command]);
    }
}
