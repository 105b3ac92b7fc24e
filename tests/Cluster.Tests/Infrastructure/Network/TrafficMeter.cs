using System.Diagnostics;
using System.Globalization;

namespace ActorPipeline.ClusterTests;

/// <summary>Bytes that came and went.</summary>
internal readonly record struct Traffic(long Received, long Sent)
{
    public static Traffic operator +(Traffic one, Traffic other) => new(one.Received + other.Received, one.Sent + other.Sent);

    public static Traffic operator -(Traffic one, Traffic other) => new(one.Received - other.Received, one.Sent - other.Sent);

    /// <summary>A line of <c>/proc/net/dev</c>.</summary>
    public static Traffic OfInterface(string table, string link)
    {
        var line = table.Split('\n').Select(l => l.Trim()).First(l => l.StartsWith(link + ":", StringComparison.Ordinal));
        var fields = line[(link.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Traffic(long.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[8], CultureInfo.InvariantCulture));
    }
}

/// <summary>
/// What a node sends and gets: of its link, frames with their headers; on loopback, TCP's payload as <c>ss</c> counts it, where what a connection
/// carried between the last reading and its end is missed.
/// </summary>
internal sealed class TrafficMeter
{
    private readonly Func<Traffic> _read;
    private (long At, Traffic Sum) _last;

    private TrafficMeter(Func<Traffic> read)
    {
        _read = read;
        _last = (Stopwatch.GetTimestamp(), read());
    }

    /// <summary>Of a node's link. What a cut loses is not counted: it did not reach the cable.</summary>
    public static TrafficMeter OfLink(SiteNode node) => new(node.ReadTraffic);

    /// <summary>Of the accepted connections of a port of this machine.</summary>
    public static TrafficMeter OfPort(int port) => new(new Connections(["sport", "=", $":{port}"], _ => true).Read);

    /// <summary>Of all connections of a process, in this machine's own network.</summary>
    public static TrafficMeter OfProcess(int process) => new(new Connections([], line => line.Contains($"pid={process},", StringComparison.Ordinal)).Read);

    /// <summary>What went by since the last call, or since the meter was made, and in how long.</summary>
    public (Traffic Bytes, TimeSpan In) ReadNext()
    {
        var (before, now) = (_last, (At: Stopwatch.GetTimestamp(), Sum: _read()));
        _last = now;
        return (now.Sum - before.Sum, Stopwatch.GetElapsedTime(before.At, now.At));
    }

    /// <summary>Bytes a second since the last call.</summary>
    public Traffic ReadRate()
    {
        var (bytes, time) = ReadNext();
        return new Traffic((long)(bytes.Received / time.TotalSeconds), (long)(bytes.Sent / time.TotalSeconds));
    }

    private sealed class Connections(string[] filter, Func<string, bool> counts)
    {
        private readonly Dictionary<string, Traffic> _seen = [];

        public Traffic Read()
        {
            var (code, lines, error) = Shell.Run("ss", ["-tinpOH", .. filter]);
            if (code != 0) throw new InvalidOperationException($"ss: {error}");
            foreach (var line in lines.Split('\n').Where(l => l.Length > 0 && counts(l)))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                _seen[fields[3] + " " + fields[4]] = new Traffic(Value(fields, "bytes_received:"), Value(fields, "bytes_acked:"));
            }
            return _seen.Values.Aggregate(default(Traffic), (sum, one) => sum + one);
        }

        // ss leaves out what is zero.
        private static long Value(string[] fields, string key) =>
            fields.FirstOrDefault(f => f.StartsWith(key, StringComparison.Ordinal)) is { } field ? long.Parse(field[key.Length..], CultureInfo.InvariantCulture) : 0;
    }
}
