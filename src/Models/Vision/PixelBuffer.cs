using System.Runtime.InteropServices;

namespace ActorPipeline.Vision;

/// <summary>
/// A block of native memory from a <see cref="PixelPool"/>, held by count: who rents it takes the first hold, whoever passes it on
/// or keeps it takes one more, and the last release gives it back to its pool.
/// </summary>
public sealed unsafe class PixelBuffer
{
    private readonly PixelPool _pool;
    private readonly byte* _memory;
    private int _holds;

    internal PixelBuffer(PixelPool pool, int place, int capacity)
    {
        (_pool, Place) = (pool, place);
        Capacity = capacity;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
        // Touch every page now: the budget was charged for all of it, and nothing may fault in later.
        NativeMemory.Clear(_memory, (nuint)capacity);
    }

    /// <summary>Bytes it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Its place in its pool.</summary>
    internal int Place { get; }

    /// <summary>Holds now taken on it.</summary>
    public int Holds => Volatile.Read(ref _holds);

    /// <summary>The first byte.</summary>
    public IntPtr Address => (IntPtr)_memory;

    /// <summary>All of its bytes.</summary>
    public Span<byte> Span => new(_memory, Capacity);

    /// <summary>A packed BGR picture of this size at a byte offset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit.</exception>
    public ImageView View(int width, int height, int offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + ImageView.PackedBytes(width, height), Capacity, nameof(width));
        return new ImageView((IntPtr)(_memory + offset), width, height, width * 3);
    }

    /// <summary>Takes one more hold.</summary>
    /// <exception cref="InvalidOperationException">Nobody holds it: it is in its pool.</exception>
    public void Retain()
    {
        if (!TryRetain()) throw new InvalidOperationException("A buffer that nobody holds cannot be retained.");
    }

    /// <summary>Takes one more hold; false where nobody holds it any more.</summary>
    public bool TryRetain()
    {
        int holds;
        do
        {
            holds = Volatile.Read(ref _holds);
            if (holds == 0) return false;
        }
        while (Interlocked.CompareExchange(ref _holds, holds + 1, holds) != holds);
        return true;
    }

    /// <summary>Lets one hold go; the last returns the buffer to its pool.</summary>
    /// <exception cref="InvalidOperationException">Nobody holds it.</exception>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _holds);
        if (left < 0)
        {
            Interlocked.Increment(ref _holds);
            throw new InvalidOperationException("A buffer was released once too often.");
        }
        if (left == 0) _pool.Return(this);
    }

    internal void FirstHold() => Volatile.Write(ref _holds, 1);

    internal void Free() => NativeMemory.AlignedFree(_memory);
}
