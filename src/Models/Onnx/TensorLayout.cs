using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>
/// Packed BGR bytes to planes of floats, (value - mean) / std, sixteen pixels at a time with 128-bit vectors (SSE and NEON alike).
/// Writes straight into the bound tensor and allocates nothing.
/// </summary>
internal sealed unsafe class TensorLayout
{
    // For blue, green and red: which plane it becomes, and value x scale + shift.
    private readonly int _bluePlane;
    private readonly int _redPlane;
    private readonly float _blueScale, _blueShift, _greenScale, _greenShift, _redScale, _redShift;

    public TensorLayout(InputSettings input)
    {
        var bgr = input.Channels == ChannelOrder.Bgr;
        (_bluePlane, _redPlane) = bgr ? (0, 2) : (2, 0);
        (_blueScale, _blueShift) = Line(input, _bluePlane);
        (_greenScale, _greenShift) = Line(input, 1);
        (_redScale, _redShift) = Line(input, _redPlane);
    }

    /// <summary>Fills planes of the picture's size.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="planes">Three planes of width x height floats, one after the other.</param>
    public void Fill(in ImageView picture, float* planes)
    {
        var plane = picture.Width * picture.Height;
        var (width, height) = picture.Stride == picture.Width * 3 ? (plane, 1) : (picture.Width, picture.Height);
        float* blue = planes + (_bluePlane * plane), green = planes + plane, red = planes + (_redPlane * plane);
        for (var y = 0; y < height; y++)
        {
            FillRow((byte*)picture.Address + ((long)y * picture.Stride), width, blue, green, red);
            blue += width;
            green += width;
            red += width;
        }
    }

    private void FillRow(byte* bgr, int width, float* blue, float* green, float* red)
    {
        var x = 0;
        for (; x <= width - 16; x += 16) Block(bgr + (x * 3), blue + x, green + x, red + x);
        if (x == width) return;
        if (width >= 16)
        {
            // The last block overlaps the one before: the same values are written twice, and nothing past the row is touched.
            x = width - 16;
            Block(bgr + (x * 3), blue + x, green + x, red + x);
            return;
        }
        for (; x < width; x++)
        {
            blue[x] = (bgr[x * 3] * _blueScale) + _blueShift;
            green[x] = (bgr[(x * 3) + 1] * _greenScale) + _greenShift;
            red[x] = (bgr[(x * 3) + 2] * _redScale) + _redShift;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Block(byte* bgr, float* blue, float* green, float* red)
    {
        var a = Vector128.Load(bgr);
        var b = Vector128.Load(bgr + 16);
        var c = Vector128.Load(bgr + 32);
        // 48 bytes B G R B G R ... : every third byte of each third, the others shuffled to zero (255 is no index).
        Store(
            Vector128.Shuffle(a, Vector128.Create((byte)0, 3, 6, 9, 12, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(b, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 2, 5, 8, 11, 14, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(c, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 4, 7, 10, 13)),
            blue, _blueScale, _blueShift);
        Store(
            Vector128.Shuffle(a, Vector128.Create((byte)1, 4, 7, 10, 13, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(b, Vector128.Create((byte)255, 255, 255, 255, 255, 0, 3, 6, 9, 12, 15, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(c, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2, 5, 8, 11, 14)),
            green, _greenScale, _greenShift);
        Store(
            Vector128.Shuffle(a, Vector128.Create((byte)2, 5, 8, 11, 14, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(b, Vector128.Create((byte)255, 255, 255, 255, 255, 1, 4, 7, 10, 13, 255, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(c, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 3, 6, 9, 12, 15)),
            red, _redScale, _redShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> values, float* into, float scale, float shift)
    {
        var (low, high) = Vector128.Widen(values);
        var (first, second) = Vector128.Widen(low);
        var (third, fourth) = Vector128.Widen(high);
        Vector128<float> times = Vector128.Create(scale), plus = Vector128.Create(shift);
        ((Vector128.ConvertToSingle(first.AsInt32()) * times) + plus).Store(into);
        ((Vector128.ConvertToSingle(second.AsInt32()) * times) + plus).Store(into + 4);
        ((Vector128.ConvertToSingle(third.AsInt32()) * times) + plus).Store(into + 8);
        ((Vector128.ConvertToSingle(fourth.AsInt32()) * times) + plus).Store(into + 12);
    }

    private static (float Scale, float Shift) Line(InputSettings input, int plane) =>
        ((float)(1.0 / input.Std[plane]), (float)(-(double)input.Mean[plane] / input.Std[plane]));
}
