using System.Buffers.Binary;

namespace ActorPipeline.Sources;

/// <summary>Reads whether a JPEG's camera was held upright: the decoder turns the picture, which swaps its sides.</summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>Whether an APP1 segment says that width and height change places.</summary>
    /// <param name="file">Stands behind the segment's length.</param>
    /// <param name="end">Where the segment ends.</param>
    public static bool SwapsSides(FileStream file, long end)
    {
        var length = (int)Math.Clamp(end - file.Position, 0, 65533);
        var segment = new byte[length];
        return file.ReadAtLeast(segment, length, throwOnEndOfStream: false) == length && Read(segment) is >= 5 and <= 8;
    }

    private static int Read(ReadOnlySpan<byte> segment)
    {
        if (!segment.StartsWith("Exif\0\0"u8) || segment.Length < 14) return 1;
        var tiff = segment[6..];
        var little = tiff[0] == (byte)'I';
        var directory = (int)Math.Min(UInt32(tiff[4..], little), int.MaxValue);
        if (directory > tiff.Length - 2) return 1;
        var entries = UInt16(tiff[directory..], little);
        for (var i = 0; i < entries; i++)
        {
            var at = directory + 2 + (i * 12);
            if (at + 12 > tiff.Length) return 1;
            if (UInt16(tiff[at..], little) == OrientationTag) return UInt16(tiff[(at + 8)..], little);
        }
        return 1;
    }

    private static ushort UInt16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint UInt32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
