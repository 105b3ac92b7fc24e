using System.Globalization;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Durations and sizes as people write them.</summary>
internal static class Quantities
{
    private static readonly (string Name, long Ticks)[] DurationUnits =
        [("h", TimeSpan.TicksPerHour), ("min", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond)];

    private static readonly (string Name, long Bytes)[] ByteUnits = [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1)];

    /// <summary>Reads "100 ms", "5s", "1.5 min", "1h"; 0 needs no unit.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var trimmed = text.Trim();
        var digits = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!double.TryParse(trimmed.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        long unit = trimmed[digits..].Trim() switch
        {
            "us" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "min" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            "" when number == 0 => 1,
            _ => 0,
        };
        if (unit == 0 || number * unit > long.MaxValue / 2) return false;
        duration = TimeSpan.FromTicks((long)Math.Round(number * unit));
        return true;
    }

    /// <summary>The shortest exact form: "100 ms", "5 s".</summary>
    public static string Show(TimeSpan duration) => duration == TimeSpan.Zero ? "0" : Show(duration.Ticks, DurationUnits);

    /// <summary>The shortest exact form: "64 MiB".</summary>
    public static string Show(Bytes bytes) => bytes == Bytes.Zero ? "0" : Show(bytes.Count, ByteUnits);

    private static string Show(long amount, (string Name, long Size)[] units)
    {
        var unit = units.FirstOrDefault(candidate => amount % candidate.Size == 0, units[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)amount / unit.Size:0.###} {unit.Name}");
    }
}
