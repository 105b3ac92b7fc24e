using System.Globalization;

namespace ActorPipeline.Hosting.Running;

/// <summary>What the machine as a whole has left.</summary>
internal static class MachineMemory
{
    /// <summary>What the kernel believes can be had without swapping; null where it does not say.</summary>
    public static Bytes? Available()
    {
        try
        {
            return Parse(File.ReadLines("/proc/meminfo"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A warning where the machine has less than a budget and its headroom; null where all is well or nothing is known.</summary>
    public static string? Shortage(Bytes? available, Bytes budget, Bytes headroom) => available is { } bytes && bytes < budget + headroom
        ? $"the machine has {bytes} available, less than the budget of {budget} and the headroom of {headroom} together: it may run out of memory before the budget is used"
        : null;

    internal static Bytes? Parse(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var number = line?["MemAvailable:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? Bytes.KiB(kibibytes) : null;
    }
}
