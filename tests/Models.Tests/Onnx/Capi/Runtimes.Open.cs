using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

internal static partial class Runtimes
{
    private static readonly Dictionary<string, CapiLibrary> Open = [];

    /// <summary>A version's library by its C interface; opened once, as every library in a process.</summary>
    public static CapiLibrary Library(string version)
    {
        lock (Open)
        {
            if (!Open.TryGetValue(version, out var library)) Open.Add(version, library = new CapiLibrary(OnnxLibraryFile.Load(PathOf(version)!)));
            return library;
        }
    }
}
