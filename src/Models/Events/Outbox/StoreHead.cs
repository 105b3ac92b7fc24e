using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ActorPipeline.Events.Outbox;

/// <summary>How far a store's events were delivered, in a file of one small block, which also keeps other processes out.</summary>
internal sealed class StoreHead : IDisposable
{
    private const int Size = 20;

    private readonly SafeFileHandle _file;

    private StoreHead(SafeFileHandle file) => _file = file;

    /// <summary>The sequence of the oldest event that was not delivered when it was opened; 0 where that is not known.</summary>
    public long Oldest { get; private init; }

    /// <summary>Events that had been dropped without the other side's being told.</summary>
    public long Untold { get; private init; }

    /// <summary>Opens it, or makes it.</summary>
    /// <exception cref="IOException">It cannot be opened, or another process has it.</exception>
    public static StoreHead Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var block = new byte[Size];
        // One that is not whole says nothing: events are delivered twice then.
        var known = RandomAccess.Read(file, block, 0) == Size && BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(16)) == Crc32.HashToUInt32(block.AsSpan(0, 16));
        return new StoreHead(file)
        {
            Oldest = known ? BinaryPrimitives.ReadInt64LittleEndian(block) : 0, Untold = known ? BinaryPrimitives.ReadInt64LittleEndian(block.AsSpan(8)) : 0,
        };
    }

    /// <summary>Keeps them.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(long oldest, long untold)
    {
        Span<byte> block = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(block, oldest);
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], untold);
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], Crc32.HashToUInt32(block[..16]));
        RandomAccess.Write(_file, block, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
