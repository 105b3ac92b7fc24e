namespace ActorPipeline.Vision;

/// <summary>A picture in a buffer of its own.</summary>
internal sealed class TestPicture : IDisposable
{
    private readonly PixelPool _pool;
    private readonly PixelBuffer _buffer;

    public TestPicture(int width, int height, Func<int, int, (byte Blue, byte Green, byte Red)> colour)
    {
        _pool = new PixelPool(1, ImageView.PackedBytes(width, height));
        _buffer = _pool.TryRent()!;
        View = _buffer.View(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                (_buffer.Span[((y * width) + x) * 3], _buffer.Span[(((y * width) + x) * 3) + 1], _buffer.Span[(((y * width) + x) * 3) + 2]) = colour(x, y);
    }

    public TestPicture(string path)
    {
        using var picture = OpenCvSharp.Cv2.ImRead(path);
        _pool = new PixelPool(1, ImageView.PackedBytes(picture.Width, picture.Height));
        _buffer = _pool.TryRent()!;
        View = _buffer.View(picture.Width, picture.Height);
        using var into = OpenCvSharp.Mat.FromPixelData(View.Height, View.Width, OpenCvSharp.MatType.CV_8UC3, View.Address);
        picture.CopyTo(into);
    }

    public ImageView View { get; }

    public ReadOnlySpan<byte> Pixels => _buffer.Span;

    public void Dispose()
    {
        _buffer.Release();
        _pool.Dispose();
    }
}
