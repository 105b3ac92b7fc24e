using ActorPipeline.Device;

namespace ActorPipeline.Vision;

/// <summary>
/// A fixed number of native buffers of one size, allocated at once, so that their bytes can be charged before any is used.
/// It never grows, and takes no lock. After <see cref="Dispose"/> the last buffer to come back frees the memory.
/// </summary>
public sealed class PixelPool : IDisposable
{
    private readonly PixelBuffer[] _buffers;
    /// <summary>For each free buffer the place of the next free one, counted from 1; 0 ends the chain.</summary>
    private readonly int[] _next;
    /// <summary>The first free buffer's place, counted from 1, and above it a number that each change raises, so that a chain which changed meanwhile is not taken for the same.</summary>
    private long _head;
    private int _outstanding;
    private int _closed;

    /// <summary>Allocates <paramref name="count"/> buffers of <paramref name="bytesEach"/> bytes.</summary>
    public PixelPool(int count, int bytesEach)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesEach);
        (Count, BytesEach) = (count, bytesEach);
        (_buffers, _next) = (new PixelBuffer[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            _buffers[i] = new PixelBuffer(this, i, bytesEach);
            Push(i);
        }
    }

    /// <summary>Buffers in all.</summary>
    public int Count { get; }

    /// <summary>Bytes of each buffer.</summary>
    public int BytesEach { get; }

    /// <summary>Bytes of all buffers together.</summary>
    public Bytes Size => new((long)Count * BytesEach);

    /// <summary>Buffers now held by somebody.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>A buffer with one hold on it, or null while all are held.</summary>
    public PixelBuffer? TryRent()
    {
        if (Volatile.Read(ref _closed) == 1 || Pop() is not { } buffer) return null;
        Interlocked.Increment(ref _outstanding);
        buffer.FirstHold();
        return buffer;
    }

    internal void Return(PixelBuffer buffer)
    {
        Interlocked.Decrement(ref _outstanding);
        Push(buffer.Place);
        if (Volatile.Read(ref _closed) == 1) FreeAll();
    }

    /// <summary>Frees what is not held now, and the rest as it comes back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        FreeAll();
        // Smaller buffers lie in the C library's heap, which would keep them.
        NativeHeap.Trim();
    }

    /// <summary>Whoever takes a buffer out of the chain frees it: each once, however many try.</summary>
    private void FreeAll()
    {
        while (Pop() is { } buffer) buffer.Free();
    }

    private void Push(int place)
    {
        long head, changed;
        do
        {
            head = Volatile.Read(ref _head);
            _next[place] = (int)head;
            changed = Changed(head, place + 1);
        }
        while (Interlocked.CompareExchange(ref _head, changed, head) != head);
    }

    private PixelBuffer? Pop()
    {
        while (true)
        {
            var head = Volatile.Read(ref _head);
            var first = (int)head;
            if (first == 0) return null;
            if (Interlocked.CompareExchange(ref _head, Changed(head, Volatile.Read(ref _next[first - 1])), head) == head) return _buffers[first - 1];
        }
    }

    private static long Changed(long head, int first) => ((head & ~0xFFFF_FFFFL) + 0x1_0000_0000L) | (uint)first;
}
