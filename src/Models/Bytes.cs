using System.Globalization;

namespace ActorPipeline;

/// <summary>An amount of memory in bytes.</summary>
/// <param name="Count">The bytes; may be negative as a difference.</param>
public readonly record struct Bytes(long Count) : IComparable<Bytes>
{
    /// <summary>No bytes.</summary>
    public static readonly Bytes Zero = new(0);

    /// <summary>So many mebibytes (1,048,576 bytes each).</summary>
    public static Bytes MiB(double mebibytes) => new((long)(mebibytes * 1024 * 1024));

    /// <summary>So many kibibytes (1,024 bytes each).</summary>
    public static Bytes KiB(double kibibytes) => new((long)(kibibytes * 1024));

    /// <summary>The larger of two amounts.</summary>
    public static Bytes Max(Bytes a, Bytes b) => a.Count >= b.Count ? a : b;

    /// <summary>The smaller of two amounts.</summary>
    public static Bytes Min(Bytes a, Bytes b) => a.Count <= b.Count ? a : b;

    /// <inheritdoc cref="op_Addition"/>
    public static Bytes operator +(Bytes a, Bytes b) => new(a.Count + b.Count);

    /// <summary>The difference; may be negative.</summary>
    public static Bytes operator -(Bytes a, Bytes b) => new(a.Count - b.Count);

    /// <summary>The amount so many times.</summary>
    public static Bytes operator *(Bytes a, long times) => new(a.Count * times);

    /// <summary>Compares two amounts.</summary>
    public static bool operator <(Bytes a, Bytes b) => a.Count < b.Count;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(Bytes a, Bytes b) => a.Count > b.Count;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(Bytes a, Bytes b) => a.Count <= b.Count;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(Bytes a, Bytes b) => a.Count >= b.Count;

    /// <inheritdoc/>
    public int CompareTo(Bytes other) => Count.CompareTo(other.Count);

    /// <summary>Reads "64 MiB", "64MiB", "1.5 GiB", "4096 B" or "4096". Units: B, KiB, MiB, GiB, kB, MB, GB.</summary>
    /// <returns>False where the text is no size.</returns>
    public static bool TryParse(string text, out Bytes bytes)
    {
        bytes = Zero;
        var trimmed = text.Trim();
        var digits = trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!double.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        double unit = trimmed[digits..].Trim() switch
        {
            "" or "B" => 1,
            "KiB" => 1024,
            "MiB" => 1024 * 1024,
            "GiB" => 1024d * 1024 * 1024,
            "kB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            _ => double.NaN,
        };
        var value = number * unit;
        if (double.IsNaN(value) || value > long.MaxValue / 2) return false;
        bytes = new Bytes((long)value);
        return true;
    }

    /// <summary>For people: "64.0 MiB", "512 B".</summary>
    public override string ToString()
    {
        var magnitude = Math.Abs((double)Count);
        var (value, unit) = magnitude switch
        {
            >= 1024d * 1024 * 1024 => (Count / (1024d * 1024 * 1024), "GiB"),
            >= 1024 * 1024 => (Count / (1024d * 1024), "MiB"),
            >= 1024 => (Count / 1024d, "KiB"),
            _ => (Count, "B"),
        };
        return value.ToString(unit == "B" ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
    }
}
