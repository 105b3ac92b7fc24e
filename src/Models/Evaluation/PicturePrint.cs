using System.Security.Cryptography;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Evaluation;

/// <summary>
/// What is kept of a picture to know it again, some four kilobytes: a hash of its pixels, and a small grey copy and its details apart, both
/// of mean 0 and length 1, so that neither brightness nor contrast, size nor compression matters. Copies that were cropped, turned or
/// mirrored are not known again.
/// </summary>
internal sealed class PicturePrint
{
    private const int Side = 32;

    // Copies scaled to half and compressed anew correlate by .965 and .96 where they are photographs, and by .95 and .84 where they are noisy lines
    // of text 13 pixels high. Of two million pairs of different pictures none that reaches .90 as a whole reaches .79 in its details.
    private const double Alike = 0.95, AlikeInDetail = 0.86;

    /// <summary>Levels of grey that a small copy must spread, as a whole and in its details: pictures of one colour all look the same.</summary>
    private const double LeastSpread = 2, LeastDetail = 0.25;

    /// <summary>What the length 1 is, so that numbers of 16 bits hold it.</summary>
    private const double Unit = 30_000;

    private readonly Int128 _hash;
    private readonly double _width, _height;
    private readonly short[]? _whole, _detail;

    private PicturePrint(in ImageView view, short[]? whole, short[]? detail) =>
        (_hash, _width, _height, _whole, _detail) = (Hash(view), view.Width, view.Height, whole, detail);

    /// <summary>Takes a picture's print.</summary>
    /// <exception cref="OpenCVException">OpenCV refused.</exception>
    public static PicturePrint Of(in ImageView view)
    {
        using var small = Small(view);
        using var fine = new Mat();
        using var coarse = new Mat();
        Cv2.GaussianBlur(small, fine, new Size(0, 0), 0.7);
        Cv2.GaussianBlur(small, coarse, new Size(0, 0), 2);
        fine.GetArray(out float[] whole);
        coarse.GetArray(out float[] blurred);
        return new PicturePrint(view, Normal(whole, LeastSpread), Normal([.. whole.Zip(blurred, (w, b) => w - b)], LeastDetail));
    }

    /// <summary>Whether both have the very same pixels.</summary>
    public bool IsSame(PicturePrint other) => _hash == other._hash;

    /// <summary>Whether one is a copy of the other, as far as one can see: of another size, brightness or compression.</summary>
    public bool Resembles(PicturePrint other) =>
        HasShapeOf(other) && Correlation(_whole, other._whole) >= Alike && Correlation(_detail, other._detail) >= AlikeInDetail;

    /// <summary>Whether their sides have one proportion, as far as whole pixels allow.</summary>
    private bool HasShapeOf(PicturePrint other) => Math.Abs(Math.Log(_width * other._height / (_height * other._width)))
        <= 0.01 + (0.5 * ((1 / _width) + (1 / _height) + (1 / other._width) + (1 / other._height)));

    private static double Correlation(short[]? one, short[]? other)
    {
        if (one is null || other is null) return 0;
        long sum = 0;
        for (var i = 0; i < one.Length; i++) sum += one[i] * other[i];
        return sum / (Unit * Unit);
    }

    private static Mat Small(in ImageView view)
    {
        using var pixels = Mat.FromPixelData(view.Height, view.Width, MatType.CV_8UC3, view.Address, view.Stride);
        using var grey = new Mat();
        Cv2.CvtColor(pixels, grey, ColorConversionCodes.BGR2GRAY);
        // First what shrinks, by averaging, and then what grows: OpenCV averages neither side where one of them grows.
        using var shrunk = new Mat();
        Cv2.Resize(grey, shrunk, new Size(Math.Min(view.Width, Side), Math.Min(view.Height, Side)), 0, 0, InterpolationFlags.Area);
        using var exact = new Mat();
        shrunk.ConvertTo(exact, MatType.CV_32FC1);
        var small = new Mat();
        Cv2.Resize(exact, small, new Size(Side, Side), 0, 0, InterpolationFlags.Linear);
        return small;
    }

    private static short[]? Normal(float[] values, double leastSpread)
    {
        var mean = values.Average(v => (double)v);
        var length = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)));
        return length < leastSpread * Side ? null : [.. values.Select(v => (short)Math.Round((v - mean) / length * Unit))];
    }

    private static unsafe Int128 Hash(in ImageView view)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([.. BitConverter.GetBytes(view.Width), .. BitConverter.GetBytes(view.Height)]);
        for (var y = 0; y < view.Height; y++) hash.AppendData(new ReadOnlySpan<byte>((byte*)view.Address + ((long)y * view.Stride), view.Width * 3));
        return BitConverter.ToInt128(hash.GetHashAndReset());
    }
}
