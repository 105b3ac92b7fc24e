using System.Globalization;

namespace ActorPipeline.Bench.Idle;

/// <summary>Processor time of each of the process's threads, as the kernel counts it: in ticks of 10 ms.</summary>
internal static class ThreadTimes
{
    private const double TicksPerSecond = 100;

    // Counted from behind the name, which may hold anything: user and system time are the 14th and 15th field of all.
    private const int UserTime = 11;

    /// <summary>Seconds by thread, with the thread's name; threads that end meanwhile are left out.</summary>
    public static Dictionary<string, double> Read()
    {
        var times = new Dictionary<string, double>();
        foreach (var folder in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                var text = File.ReadAllText(Path.Combine(folder, "stat"));
                var end = text.LastIndexOf(')');
                var fields = text[(end + 2)..].Split(' ');
                var ticks = long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[UserTime + 1], CultureInfo.InvariantCulture);
                times[$"{text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end]} {Path.GetFileName(folder)}"] = ticks / TicksPerSecond;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
        return times;
    }
}
