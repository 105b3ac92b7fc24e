using ActorPipeline.Device;

namespace ActorPipeline.Vision;

/// <summary>
/// A fixed number of native buffers of one size, allocated at once, so that their bytes can be charged before any is used.
/// It never grows. After <see cref="Dispose"/> the last buffer to come back frees the memory.
/// </summary>
public sealed class PixelPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<PixelBuffer> _free = new();
    private bool _closed;

    /// <summary>Allocates <paramref name="count"/> buffers of <paramref name="bytesEach"/> bytes.</summary>
    public PixelPool(int count, int bytesEach)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesEach);
        Count = count;
        BytesEach = bytesEach;
        for (var i = 0; i < count; i++) _free.Push(new PixelBuffer(this, bytesEach));
    }

    /// <summary>Buffers in all.</summary>
    public int Count { get; }

    /// <summary>Bytes of each buffer.</summary>
    public int BytesEach { get; }

    /// <summary>Bytes of all buffers together.</summary>
    public Bytes Size => new((long)Count * BytesEach);

    /// <summary>Buffers now held by somebody.</summary>
    public int Outstanding
    {
        get { lock (_gate) return _closed ? _outstandingAfterClose : Count - _free.Count; }
    }

    private int _outstandingAfterClose;

    /// <summary>A buffer with one hold on it, or null while all are held.</summary>
    public PixelBuffer? TryRent()
    {
        lock (_gate)
        {
            if (_closed || !_free.TryPop(out var buffer)) return null;
            buffer.FirstHold();
            return buffer;
        }
    }

    internal void Return(PixelBuffer buffer)
    {
        lock (_gate)
        {
            if (_closed)
            {
                _outstandingAfterClose--;
                buffer.Free();
            }
            else
            {
                _free.Push(buffer);
            }
        }
    }

    /// <summary>Frees what is not held now, and the rest as it comes back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _outstandingAfterClose = Count - _free.Count;
            while (_free.TryPop(out var buffer)) buffer.Free();
            // Smaller buffers lie in the C library's heap, which would keep them.
            NativeHeap.Trim();
        }
    }
}
