using System.Reflection;
using ActorPipeline.Onnx.Native;
using Xunit.Sdk;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A row of a theory for one released ONNX Runtime's native library, skipped by name where that is not here.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RuntimeAttribute : DataAttribute
{
    private readonly string _version;
    private readonly object[] _more;

    public RuntimeAttribute(string version, params object[] more)
    {
        (_version, _more) = (version, more);
        if (Runtimes.PathOf(version) is null) Skip = $"needs ONNX Runtime {version} ({Runtimes.Hint})";
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_version, .. _more]];
}

/// <summary>A fact that needs one of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RuntimeFactAttribute : FactAttribute
{
    public RuntimeFactAttribute(string version)
    {
        if (Runtimes.PathOf(version) is null) Skip = $"needs ONNX Runtime {version} ({Runtimes.Hint})";
    }
}

/// <summary>The native libraries that scripts/fetch-onnxruntimes.sh fetched, and the packaged one.</summary>
internal static class Runtimes
{
    public const string Packaged = "packaged";
    public const string Hint = "scripts/fetch-onnxruntimes.sh fetches it; ACTORPIPELINE_RUNTIMES names the folder";

    private static readonly Dictionary<string, CapiLibrary> Open = [];

    /// <summary>Where a version's library lies; null where it does not.</summary>
    public static string? PathOf(string version)
    {
        var path = version == Packaged
            ? Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libonnxruntime.so")
            : Path.Combine(Folder(), version, "libonnxruntime.so");
        return File.Exists(path) ? path : null;
    }

    /// <summary>A version's library by its C interface; opened once, as every library in a process.</summary>
    public static CapiLibrary Library(string version)
    {
        lock (Open)
        {
            if (!Open.TryGetValue(version, out var library)) Open.Add(version, library = new CapiLibrary(OnnxLibraryFile.Load(PathOf(version)!)));
            return library;
        }
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("ACTORPIPELINE_RUNTIMES") is { Length: > 0 } named) return named;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache");
        return Path.Combine(cache, "actorpipeline-test", "runtimes");
    }
}
