namespace ActorPipeline.Onnx.Capi;

/// <summary>The native libraries that scripts/fetch-onnxruntimes.sh fetched, and the packaged one.</summary>
internal static partial class Runtimes
{
    public const string Packaged = "packaged";
    public const string Hint = "scripts/fetch-onnxruntimes.sh fetches it; ACTORPIPELINE_RUNTIMES names the folder";

    /// <summary>Where a version's library lies; null where it does not.</summary>
    public static string? PathOf(string version)
    {
        var path = version == Packaged
            ? Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libonnxruntime.so")
            : Path.Combine(Folder(), version, "libonnxruntime.so");
        return File.Exists(path) ? path : null;
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("ACTORPIPELINE_RUNTIMES") is { Length: > 0 } named) return named;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache");
        return Path.Combine(cache, "actorpipeline-test", "runtimes");
    }
}
