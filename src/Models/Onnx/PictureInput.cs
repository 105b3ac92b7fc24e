using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>Fits a picture into an input tensor: resized into native scratch of its own, then laid out as planes. Belongs to one lane.</summary>
internal sealed unsafe class PictureInput : IDisposable
{
    private readonly TensorLayout _layout;
    private readonly ResizeMode _mode;
    private readonly ImageView _scratch;
    private readonly float* _tensor;
    private readonly int _floats;
    private int _fittedWidth;
    private int _fittedHeight;
    private bool _disposed;

    /// <summary>Scratch for an input of this size over a tensor that outlives it, of one picture or of several one behind the other.</summary>
    public PictureInput(int width, int height, InputSettings input, float* tensor)
    {
        _layout = new TensorLayout(input);
        _mode = input.Resize;
        _tensor = tensor;
        _floats = 3 * width * height;
        var bytes = (nuint)ImageView.PackedBytes(width, height);
        var memory = NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Fill(memory, bytes, PictureFit.Grey(_mode));
        _scratch = new ImageView((IntPtr)memory, width, height, width * 3);
    }

    /// <summary>Fills a place of the tensor with a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="place">Pictures before it in the tensor.</param>
    /// <returns>How boxes of the input lie in the picture.</returns>
    public PictureScale Fill(in ImageView picture, int place = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(picture.Width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(picture.Height);
        ArgumentOutOfRangeException.ThrowIfLessThan(picture.Stride, picture.Width * 3);
        if (picture.Width == _scratch.Width && picture.Height == _scratch.Height)
        {
            _layout.Fill(picture, _tensor + ((long)place * _floats));
            return new PictureScale(1, 1, picture.Width, picture.Height);
        }
        var scale = Fit(picture, out var width, out var height);
        GreyAround(width, height);
        PictureResize.Stretch(picture, _scratch with { Width = width, Height = height });
        _layout.Fill(_scratch, _tensor + ((long)place * _floats));
        return scale;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.AlignedFree((void*)_scratch.Address);
    }

    private PictureScale Fit(in ImageView picture, out int width, out int height)
    {
        (width, height) = PictureFit.Size(_mode, picture.Width, picture.Height, _scratch.Width, _scratch.Height);
        if (_mode != ResizeMode.Letterbox)
            return new PictureScale((float)picture.Width / width, (float)picture.Height / height, picture.Width, picture.Height);
        var ratio = Math.Min((double)_scratch.Width / picture.Width, (double)_scratch.Height / picture.Height);
        return new PictureScale((float)(1 / ratio), (float)(1 / ratio), picture.Width, picture.Height);
    }

    // What an earlier shape painted is greyed again.
    private void GreyAround(int width, int height)
    {
        if (_fittedWidth == width && _fittedHeight == height) return;
        NativeMemory.Fill((void*)_scratch.Address, (nuint)ImageView.PackedBytes(_scratch.Width, _scratch.Height), PictureFit.Grey(_mode));
        (_fittedWidth, _fittedHeight) = (width, height);
    }
}
