using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>The crops of a piece of work as they were when it was opened, under a hold of their own until this is disposed.</summary>
public sealed class HeldCrops : IDisposable
{
    private readonly PixelBuffer _buffer;
    private readonly int _width;
    private readonly int _height;
    private readonly int _offset;
    private int _over;

    internal HeldCrops(PixelBuffer buffer, int count, int width, int height, int offset) => (_buffer, Count, _width, _height, _offset) = (buffer, count, width, height, offset);

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>One crop's pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none of this number.</exception>
    public ImageView View(int crop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)crop, (uint)Count, nameof(crop));
        return _buffer.View(_width, _height, _offset + (crop * ImageView.PackedBytes(_width, _height)));
    }

    /// <summary>Lets the hold go.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0) _buffer.Release();
    }
}
