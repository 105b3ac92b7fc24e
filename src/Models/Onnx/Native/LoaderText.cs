using System.Text.RegularExpressions;

namespace ActorPipeline.Onnx.Native;

/// <summary>Reads what the system's loader says of a library that it cannot load.</summary>
internal static partial class LoaderText
{
    /// <summary>The library that is not there, such as "libcublasLt.so.13"; null where the text names none.</summary>
    public static string? Missing(string text)
    {
        var match = NotThere().Match(text);
        return match.Success ? Path.GetFileName(match.Groups[1].Value) : null;
    }

    /// <summary>Why the file did not load, for people.</summary>
    /// <param name="text">All that was said.</param>
    /// <param name="path">The file.</param>
    public static string Why(string text, string path)
    {
        if (Missing(text) is { } missing && missing != Path.GetFileName(path)) return $"it needs {missing}, which is not on this machine or not on its library path";
        if (NewerSystem().Match(text) is { Success: true } newer) return $"it needs {newer.Groups[1].Value}, which this system's libraries are too old for";
        return text.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Contains(path, StringComparison.Ordinal)) ?? text.Split('\n')[0].Trim();
    }

    [GeneratedRegex(@"([^\s:'""]+\.so[^\s:'""]*): cannot open shared object file")]
    private static partial Regex NotThere();

    [GeneratedRegex(@"version `([A-Z]+_[0-9.]+)' not found")]
    private static partial Regex NewerSystem();
}
