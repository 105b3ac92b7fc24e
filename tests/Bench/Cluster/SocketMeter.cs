using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorPipeline.Bench.Cluster;

/// <summary>Bytes that a process's TCP connections carried, as the kernel counts them.</summary>
internal static partial class SocketMeter
{
    /// <summary>Bytes sent and received over the connections that a process has now.</summary>
    /// <exception cref="InvalidOperationException">The program ss is not there.</exception>
    public static long Of(int process)
    {
        using var ss = Process.Start(new ProcessStartInfo("ss", "-tinpHO state established") { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("ss is not there.");
        var text = ss.StandardOutput.ReadToEnd();
        ss.WaitForExit();
        return text.Split('\n').Where(line => line.Contains($"pid={process.ToString(CultureInfo.InvariantCulture)},", StringComparison.Ordinal))
            .Sum(line => Counter().Matches(line).Sum(m => long.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"bytes_(?:sent|received):(\d+)")]
    private static partial Regex Counter();
}
