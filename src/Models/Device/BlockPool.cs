using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>
/// Large blocks of native memory that are used again and again: mapped from the system one by one, kept when they come back, and given
/// to the system when nobody wants them for a while or <see cref="Trim"/> is called. One pool serves all sessions of a process: lanes
/// run one model at a time, so that what is kept is what the largest runs need, and not what all models need together. Thread-safe.
/// </summary>
internal sealed unsafe partial class BlockPool
{
    /// <summary>Smaller ones are for the C library.</summary>
    public const long SmallestBlock = 1 << 16;

    /// <summary>A free block goes when so many others came back since it did.</summary>
    private const long StaleAfter = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<IntPtr, Block> _rented = [];
    /// <summary>By size, the smallest first.</summary>
    private readonly List<Block> _free = [];
    private long _returns;

    /// <summary>Bytes of all blocks, rented and free.</summary>
    public Bytes Total { get; private set; }

    /// <summary>Bytes of the blocks that are rented.</summary>
    public Bytes Rented { get; private set; }

    /// <summary>A block of at least so many bytes, on a page of its own; its content is anything.</summary>
    /// <returns>Zero where the system has none to give.</returns>
    public IntPtr Rent(long bytes)
    {
        lock (_gate)
        {
            var block = Take(bytes);
            if (block.Address == IntPtr.Zero) return IntPtr.Zero;
            _rented.Add(block.Address, block);
            Rented += new Bytes(block.Length);
            return block.Address;
        }
    }

    /// <summary>Takes a block back.</summary>
    /// <returns>Whether it was one of this pool's.</returns>
    public bool Return(IntPtr address)
    {
        lock (_gate)
        {
            if (!_rented.Remove(address, out var block)) return false;
            Rented -= new Bytes(block.Length);
            var at = FirstOf(block.Length);
            _free.Insert(at < 0 ? _free.Count : at, block with { Since = ++_returns });
            for (var i = _free.Count - 1; i >= 0; i--)
                if (_returns - _free[i].Since > StaleAfter) Drop(i);
            return true;
        }
    }

    /// <summary>Gives all free blocks to the system.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            for (var i = _free.Count - 1; i >= 0; i--) Drop(i);
        }
    }

    /// <summary>The smallest free block that is large enough and not more than twice too large, or a new one.</summary>
    private Block Take(long bytes)
    {
        var length = (Math.Max(bytes, SmallestBlock) + SmallestBlock - 1) / SmallestBlock * SmallestBlock;
        var at = FirstOf(length);
        if (at >= 0 && _free[at].Length <= 2 * length)
        {
            var found = _free[at];
            _free.RemoveAt(at);
            return found;
        }
        // As much goes as comes, while there is something free: what is kept never grows beyond what was in use at once.
        for (var given = 0L; given < length && _free.Count > 0;) given += Drop(Oldest());
        var address = Map(length);
        if (address != IntPtr.Zero) Total += new Bytes(length);
        return new Block(address, length, 0);
    }

    /// <summary>The place of the smallest free block of at least this length, or -1. (A lambda would be garbage on every lane, many times a run.)</summary>
    private int FirstOf(long length)
    {
        for (var i = 0; i < _free.Count; i++)
            if (_free[i].Length >= length) return i;
        return -1;
    }

    private int Oldest()
    {
        var oldest = 0;
        for (var i = 1; i < _free.Count; i++)
            if (_free[i].Since < _free[oldest].Since) oldest = i;
        return oldest;
    }

    private long Drop(int index)
    {
        var block = _free[index];
        _free.RemoveAt(index);
        Total -= new Bytes(block.Length);
        Unmap(block);
        return block.Length;
    }

    private static IntPtr Map(long length)
    {
        if (!OperatingSystem.IsLinux()) return (IntPtr)NativeMemory.AlignedAlloc((nuint)length, 1 << 12);
        const int readWrite = 3, privateAnonymous = 0x22;
        var address = MapPages(IntPtr.Zero, (nuint)length, readWrite, privateAnonymous, -1, 0);
        return address == -1 ? IntPtr.Zero : address;
    }

    private static void Unmap(Block block)
    {
        if (OperatingSystem.IsLinux()) _ = UnmapPages(block.Address, (nuint)block.Length);
        else NativeMemory.AlignedFree((void*)block.Address);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial IntPtr MapPages(IntPtr where, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapPages(IntPtr address, nuint length);

    private readonly record struct Block(IntPtr Address, long Length, long Since);
}
