using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ActorPipeline.Events.Outbox;

/// <summary>
/// One file of a store: records of length, checksum, sequence and payload, one after the other. A record that was not written whole is
/// known by its checksum, and is cut off when the file is read again.
/// </summary>
internal sealed class StoreSegment : IDisposable
{
    private const int HeadBytes = 16;

    private readonly SafeFileHandle _file;

    public StoreSegment(string path, long number, FileMode mode)
    {
        (Path, Number) = (path, number);
        _file = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its number; higher ones are newer.</summary>
    public long Number { get; }

    /// <summary>Bytes in whole records.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that a payload takes.</summary>
    public static long SizeOf(int payload) => HeadBytes + payload;

    /// <summary>Appends a record. Where it fails, nothing of it counts.</summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public long Append(long sequence, ReadOnlySpan<byte> payload)
    {
        var record = new byte[SizeOf(payload.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), sequence);
        payload.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Crc32.HashToUInt32(record.AsSpan(8)));
        var at = Length;
        RandomAccess.Write(_file, record, at);
        Length += record.Length;
        return at;
    }

    /// <summary>The payload of the record at an offset.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[] Read(long offset, int length)
    {
        var payload = new byte[length];
        if (RandomAccess.Read(_file, payload, offset + HeadBytes) < length) throw new IOException($"'{Path}' is shorter than it was");
        return payload;
    }

    /// <summary>Reads all records, and cuts off what follows the last whole one.</summary>
    /// <param name="found">Gets each one's sequence, offset and payload bytes.</param>
    /// <returns>Bytes that were cut off.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public long Scan(Action<long, long, int> found)
    {
        var bytes = new byte[RandomAccess.GetLength(_file)];
        var read = RandomAccess.Read(_file, bytes, 0);
        var rest = bytes.AsSpan(0, read);
        while (TryRecord(rest, out var sequence, out var payload))
        {
            found(sequence, Length, payload);
            var size = (int)SizeOf(payload);
            Length += size;
            rest = rest[size..];
        }
        if (bytes.Length > Length) RandomAccess.SetLength(_file, Length);
        return bytes.Length - Length;
    }

    /// <summary>What is written is on the disk when this returns.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool TryRecord(ReadOnlySpan<byte> bytes, out long sequence, out int payload)
    {
        (sequence, payload) = (0, 0);
        if (bytes.Length < HeadBytes) return false;
        payload = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (payload <= 0 || payload > bytes.Length - HeadBytes) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32.HashToUInt32(bytes.Slice(8, payload + 8))) return false;
        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        return true;
    }
}
