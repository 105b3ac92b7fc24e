using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>TensorRT's version as its library's file name has it: asking the library itself would load hundreds of megabytes.</summary>
internal static class TensorRtFile
{
    private const string Prefix = "libnvinfer.so.";

    /// <summary>Where the loader finds it on this machine: what LD_LIBRARY_PATH names, and the system's folders.</summary>
    public static IEnumerable<string> Folders()
    {
        var named = (Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        return [.. named, $"/usr/lib/{machine}-linux-gnu", $"/lib/{machine}-linux-gnu", "/usr/lib64", "/usr/local/lib", "/usr/lib"];
    }

    /// <summary>The version that the first folder with the library has, by the name that says most: "8.2.1" rather than "8".</summary>
    /// <returns>Null where there is none.</returns>
    public static string? Version(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            var names = Files(folder).Select(file => Path.GetFileName(file)!).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
            var longest = names.Select(name => name[Prefix.Length..]).Where(IsVersion).MaxBy(version => version.Length);
            if (longest is not null) return longest;
        }
        return null;
    }

    private static bool IsVersion(string text) => text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.');

    private static string[] Files(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*") : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
