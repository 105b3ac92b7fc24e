using System.Globalization;

namespace ActorPipeline.ClusterTests;

/// <summary>A line of <c>/proc/PID/stat</c>.</summary>
/// <param name="State">R, S, D, T (stopped), Z (over, and nobody has waited for it) ...</param>
/// <param name="CpuTicks">Processor time, in hundredths of a second.</param>
/// <param name="StartTicks">When it started, in hundredths of a second since the machine did.</param>
internal sealed record ProcessStat(char State, long CpuTicks, long StartTicks);

/// <summary>What the kernel says about processes; null where there is no such process.</summary>
internal static class ProcFile
{
    /// <summary>The state of a process.</summary>
    public static ProcessStat? Stat(int process)
    {
        if (Read($"/proc/{process}/stat") is not { } text) return null;
        // The name, in brackets, may have anything in it.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessStat(fields[0][0], Number(fields[11]) + Number(fields[12]), Number(fields[19]));
    }

    /// <summary>A value of <c>/proc/PID/status</c> in KiB, such as VmRSS.</summary>
    public static long? StatusKiB(int process, string key)
    {
        var line = Read($"/proc/{process}/status")?.Split('\n').FirstOrDefault(l => l.StartsWith(key + ":", StringComparison.Ordinal));
        return line is null ? null : Number(line[(key.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    /// <summary>Processes whose environment names that variable, with its value.</summary>
    public static IEnumerable<(int Process, string Value)> WithVariable(string variable)
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var process)) continue;
            var entry = Read($"{folder}/environ")?.Split('\0').FirstOrDefault(e => e.StartsWith(variable + "=", StringComparison.Ordinal));
            if (entry is not null) yield return (process, entry[(variable.Length + 1)..]);
        }
    }

    /// <summary>A file of /proc, whole.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
