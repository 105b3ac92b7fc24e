using System.Buffers.Binary;

namespace ActorPipeline.Sources;

/// <summary>A picture's size read from the head of its file, so that nothing has to be decoded to refuse it.</summary>
/// <param name="Width">Pixels across, as it is shown.</param>
/// <param name="Height">Pixels down, as it is shown.</param>
internal readonly record struct PictureHeader(int Width, int Height)
{
    /// <summary>Reads a JPEG, PNG or BMP.</summary>
    /// <returns>Null, or why it cannot be used.</returns>
    public static string? TryRead(string path, out PictureHeader header)
    {
        header = default;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096);
            if (file.Length == 0) return "it is empty (0 bytes)";
            Span<byte> head = stackalloc byte[26];
            var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            head = head[..length];
            if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
                return length < 24 ? "it is cut off in its header" : Found(BinaryPrimitives.ReadInt32BigEndian(head[16..]), BinaryPrimitives.ReadInt32BigEndian(head[20..]), out header);
            if (head.StartsWith("BM"u8))
                return length < 26 ? "it is cut off in its header" : Found(BinaryPrimitives.ReadInt32LittleEndian(head[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(head[22..])), out header);
            if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])) return ReadJpeg(file, out header);
            return "it is no JPEG, PNG or BMP";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read: {e.Message}";
        }
    }

    private static string? ReadJpeg(FileStream file, out PictureHeader header)
    {
        header = default;
        var turned = false;
        file.Position = 2;
        Span<byte> segment = stackalloc byte[9];
        while (true)
        {
            int marker;
            do marker = file.ReadByte();
            while (marker is not (0xFF or -1));
            do marker = file.ReadByte();
            while (marker == 0xFF);
            if (marker == -1) return "it is cut off before its size";
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8)) continue;
            if (marker is 0xD9 or 0xDA) return "it has no size before its data";
            if (file.ReadAtLeast(segment[..2], 2, throwOnEndOfStream: false) < 2) return "it is cut off before its size";
            var next = file.Position - 2 + BinaryPrimitives.ReadUInt16BigEndian(segment);
            // All start-of-frame markers; C4, C8 and CC share their range but are none.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                if (file.ReadAtLeast(segment[2..7], 5, throwOnEndOfStream: false) < 5) return "it is cut off before its size";
                int height = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), width = BinaryPrimitives.ReadUInt16BigEndian(segment[5..]);
                return turned ? Found(height, width, out header) : Found(width, height, out header);
            }
            if (marker == 0xE1) turned |= ExifOrientation.SwapsSides(file, next);
            file.Position = next;
        }
    }

    private static string? Found(long width, long height, out PictureHeader header)
    {
        header = default;
        if (width is <= 0 or > int.MaxValue || height is <= 0 or > int.MaxValue) return $"its header says {width}x{height}";
        header = new PictureHeader((int)width, (int)height);
        return null;
    }
}
