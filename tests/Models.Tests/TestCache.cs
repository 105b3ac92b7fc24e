using System.Runtime.CompilerServices;
using ActorPipeline.Catalog;

namespace ActorPipeline;

/// <summary>No spec touches the user's own cache: it is led into a folder of the run's own before the first line runs.</summary>
internal static class TestCache
{
#pragma warning disable CA2255 // The runner has no earlier place.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Redirect()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"actorpipeline-cache-{Environment.ProcessId}");
        Environment.SetEnvironmentVariable(FootprintFolder.Variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        };
    }
}
