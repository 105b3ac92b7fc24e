using System.Buffers.Text;

namespace ActorPipeline.Device;

/// <summary>Finds numbers in what the kernel writes, one "name value" a line. Nonsense (no number, below zero, beyond any machine) counts as not there.</summary>
internal static class KernelText
{
    /// <summary>From here on a limit is none: cgroup v1 writes the largest page-aligned number for "no limit", and no machine has an exbibyte.</summary>
    private const long Absurd = 1L << 60;

    /// <summary>The value of a line such as "MemTotal:    12345 kB".</summary>
    /// <param name="text">Many lines.</param>
    /// <param name="name">The line's beginning, "MemTotal:".</param>
    public static Bytes? Kibibytes(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        Number(text, name) is { } kibibytes and < Absurd / 1024 ? new Bytes(kibibytes * 1024) : null;

    /// <summary>The value of a line such as "inactive_file 12345", in bytes.</summary>
    /// <param name="text">Many lines.</param>
    /// <param name="name">The line's beginning with what parts it from the number, "inactive_file ".</param>
    public static Bytes? Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Number(text, name) is { } bytes ? new Bytes(bytes) : null;

    /// <summary>The number with which a file such as memory.usage_in_bytes begins, in bytes; null for "max" and for what no machine has.</summary>
    public static Bytes? Single(ReadOnlySpan<byte> text) => Number(text) is { } bytes ? new Bytes(bytes) : null;

    /// <summary>What follows a name at the beginning of a line; empty where no line begins so.</summary>
    public static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var from = 0;
        while (text[from..].IndexOf(name) is >= 0 and var at)
        {
            var start = from + at;
            if (start == 0 || text[start - 1] == (byte)'\n') return text[(start + name.Length)..];
            from = start + name.Length;
        }
        return [];
    }

    private static long? Number(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Number(After(text, name));

    private static long? Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text.TrimStart(" \t"u8), out long value, out _) && value is >= 0 and < Absurd ? value : null;
}
