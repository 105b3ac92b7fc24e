using ActorPipeline.Onnx.Capi;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>Which native library of ONNX Runtime is used, and how.</summary>
/// <param name="Path">Its file; null for the packaged one.</param>
/// <param name="Version">Its version, such as "1.16.3".</param>
/// <param name="Way">How it is called, in words.</param>
/// <param name="Providers">What it was built to run models on, by ONNX Runtime's own names.</param>
public sealed record OnnxLibraryUse(string? Path, string Version, string Way, IReadOnlyList<string> Providers)
{
    /// <summary>Stands for the library that <see cref="Variable"/> names, else the packaged one.</summary>
    public const string Auto = "auto";

    /// <summary>The environment variable that names a library where the configuration does not.</summary>
    public const string Variable = "ACTORPIPELINE_ONNXRUNTIME";

    /// <summary>Loads a library into this process, where it stays, and reads what it is. Loads no model.</summary>
    /// <param name="library"><c>actor-pipeline.onnxruntime.library</c>: a path, or <see cref="Auto"/>.</param>
    /// <exception cref="OnnxLibraryException">It cannot be used.</exception>
    public static OnnxLibraryUse Read(string library)
    {
        var open = OnnxLibraries.Open(library, null);
        var path = OnnxLibraries.PathOf(library);
        return new OnnxLibraryUse(path.Length == 0 ? null : path, open.Version, Name(open), open.Providers);
    }

    private static string Name(IOnnxLibrary library) => library is CapiLibrary capi ? $"C interface, version {capi.ApiVersion}" : "managed wrapper";
}
