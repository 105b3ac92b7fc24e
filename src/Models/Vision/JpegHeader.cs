using System.Buffers.Binary;

namespace ActorPipeline.Vision;

/// <summary>
/// Reads what a JPEG says of itself before anything is decoded or allocated. Strict: only what a plain encoder writes passes (baseline, three
/// components, one scan, no metadata), so that no picture is larger, turned, or more work than it seems.
/// </summary>
internal static class JpegHeader
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, Quantization = 0xDB, Huffman = 0xC4, Baseline = 0xC0, Jfif = 0xE0;

    /// <summary>Whether it is a baseline JPEG in colour of this size.</summary>
    /// <returns>Why not; null where it is.</returns>
    public static string? Check(ReadOnlySpan<byte> jpeg, int width, int height)
    {
        if (jpeg.Length < 4 || jpeg[0] != 0xFF || jpeg[1] != StartOfImage) return "it is no JPEG";
        if (jpeg[^2] != 0xFF || jpeg[^1] != EndOfImage) return "it has no end";
        var sized = false;
        for (var at = 2; at + 4 <= jpeg.Length;)
        {
            if (jpeg[at] != 0xFF) return "its header is damaged";
            var marker = jpeg[at + 1];
            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            // The end marker, two bytes, is no segment's.
            if (length < 2 || at + 2 + length > jpeg.Length - 2) return "its header is damaged";
            var segment = jpeg.Slice(at + 4, length - 2);
            switch (marker)
            {
                case Jfif or Quantization or Huffman:
                    break;
                case Baseline when !sized:
                    if (Size(segment, width, height) is { } fault) return fault;
                    sized = true;
                    break;
                case StartOfScan:
                    return !sized ? "it has no size" : IsOneScan(jpeg[(at + 2 + length)..^2]) ? null : "it is not in one scan";
                default:
                    return $"it has a segment {marker:X2}, which is not for a crop";
            }

            at += 2 + length;
        }

        return "it has no picture";
    }

    private static string? Size(ReadOnlySpan<byte> frame, int width, int height)
    {
        if (frame.Length != 15 || frame[0] != 8 || frame[5] != 3) return "it is not in colour, 8 bits each";
        var (down, across) = (BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]));
        return (across, down) == (width, height) ? null : $"it has {across} x {down} pixels, not {width} x {height}";
    }

    /// <summary>Inside a scan, FF is followed by 00; by anything else, and another segment would begin.</summary>
    private static bool IsOneScan(ReadOnlySpan<byte> scan)
    {
        for (var at = scan.IndexOf((byte)0xFF); at >= 0;)
        {
            if (at + 1 >= scan.Length || scan[at + 1] != 0) return false;
            var next = scan[(at + 2)..].IndexOf((byte)0xFF);
            at = next < 0 ? -1 : at + 2 + next;
        }

        return true;
    }
}
