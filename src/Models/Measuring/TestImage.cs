using System.Runtime.InteropServices;
using ActorPipeline.Vision;

namespace ActorPipeline.Measuring;

/// <summary>A picture of noise, as large as a camera's: what a model is fed with where only its cost counts.</summary>
internal sealed unsafe class TestImage : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private byte* _pixels;

    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="seed">Images of other seeds are other images.</param>
    public TestImage(int width, int height, int seed = 1)
    {
        (_width, _height) = (width, height);
        var bytes = ImageView.PackedBytes(width, height);
        _pixels = (byte*)NativeMemory.Alloc((nuint)bytes);
        new Random(seed).NextBytes(new Span<byte>(_pixels, bytes));
    }

    /// <summary>Its pixels, until it is disposed.</summary>
    public ImageView View => new((IntPtr)_pixels, _width, _height, _width * 3);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_pixels);
        _pixels = null;
    }
}
