using System.Text;

namespace ActorPipeline.Onnx;

/// <summary>
/// Walks the fields of a protocol buffer in a seekable stream, without a schema compiler and without reading what is skipped.
/// Every read takes the position where the enclosing message ends and throws <see cref="InvalidDataException"/> where a field passes it.
/// </summary>
internal sealed class ProtobufReader(Stream file)
{
    private const int LongestText = 65536;

    /// <summary>Bytes from the stream's start.</summary>
    public long Position => file.Position;

    /// <summary>The stream's bytes.</summary>
    public long Length => file.Length;

    /// <summary>Hands each field up to an end to a visitor, which says whether it read it; what it did not is skipped.</summary>
    /// <param name="end">Where the message ends.</param>
    /// <param name="read">Gets the field's number and its wire type (2 is length-delimited), and stands behind the tag.</param>
    public void Fields(long end, Func<int, int, bool> read)
    {
        while (file.Position < end)
        {
            var tag = Varint(end);
            if (tag >> 3 is 0 or > 536870911) throw new InvalidDataException("a field number is impossible");
            var (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
            if (!read(field, wire)) Skip(wire, end);
        }
    }

    /// <summary>Reads the length of the length-delimited field that begins here.</summary>
    /// <returns>Where it ends.</returns>
    public long End(long limit)
    {
        var length = Varint(limit);
        if (length > (ulong)(limit - file.Position)) throw new InvalidDataException("it is cut off");
        return file.Position + (long)length;
    }

    /// <summary>A text field, of which at most 64 KiB are kept.</summary>
    public string Text(long limit)
    {
        var end = End(limit);
        var bytes = new byte[Math.Min(end - file.Position, LongestText)];
        file.ReadExactly(bytes);
        file.Position = end;
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A variable-length integer.</summary>
    public ulong Varint(long limit)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (file.Position >= limit) throw new InvalidDataException("it is cut off");
            var next = file.ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException("a number is too long");
    }

    private void Skip(int wire, long limit)
    {
        switch (wire)
        {
            case 0: Varint(limit); break;
            case 1: Advance(8, limit); break;
            case 2: file.Position = End(limit); break;
            case 5: Advance(4, limit); break;
            default: throw new InvalidDataException("a field has an impossible type");
        }
    }

    private void Advance(int bytes, long limit)
    {
        if (file.Position + bytes > limit) throw new InvalidDataException("it is cut off");
        file.Position += bytes;
    }
}
