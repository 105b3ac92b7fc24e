using System.Diagnostics;
using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Workers;

/// <summary>How this program is started again.</summary>
internal static class WorkerProgram
{
    /// <summary>The hidden command.</summary>
    public const string Command = "worker";

    /// <summary>Starts this program's worker: by its own executable, or by the one that runs its assembly.</summary>
    /// <param name="library"><c>actor-pipeline.onnxruntime.library</c>: a worker runs models as this process does.</param>
    public static ProcessStartInfo Start(string library)
    {
        var start = Start(Environment.ProcessPath, typeof(WorkerProgram).Assembly.Location);
        // Code is compiled once, when it is first used: compiled again in the background, some mebibytes of that were counted to the model.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        if (library != OnnxLibraryUse.Auto) start.Environment[OnnxLibraryUse.Variable] = Path.GetFullPath(library);
        return start;
    }

    /// <summary>The same with the library that this process would use without a configuration.</summary>
    public static ProcessStartInfo Start() => Start(OnnxLibraryUse.Auto);

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
