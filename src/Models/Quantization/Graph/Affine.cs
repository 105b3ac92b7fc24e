using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>
/// How 8-bit integers stand for numbers: <c>x = (q - zero) x scale</c>. Rules of ONNX Runtime's own quantiser: zero is always one of the
/// numbers, and a range too narrow for a scale gets a scale of 1.
/// </summary>
/// <param name="Scale">Above zero.</param>
/// <param name="Zero">The integer that stands for 0.</param>
/// <param name="Signed">-128 to 127; else 0 to 255.</param>
internal readonly record struct Affine(float Scale, int Zero, bool Signed)
{
    // Below it floats lose their precision.
    private const float SmallestScale = 1.1754944e-38f;

    /// <summary>The smallest integer.</summary>
    public int Lowest => Signed ? -128 : 0;

    /// <summary>The largest integer.</summary>
    public int Highest => Signed ? 127 : 255;

    /// <summary>The format's number of its integers' type: 2 for bytes, 3 for signed ones.</summary>
    public int Type => Signed ? Tensors.Int8 : Tensors.UInt8;

    /// <summary>Unsigned, for numbers of a range.</summary>
    public static Affine Unsigned(double min, double max)
    {
        (min, max) = (Math.Min(min, 0), Math.Max(max, 0));
        var scale = (float)((max - min) / 255);
        return scale < SmallestScale ? new Affine(1, 0, false) : new Affine(scale, Clamp(Math.Round(-min / scale, MidpointRounding.ToEven), 0, 255), false);
    }

    /// <summary>Signed with 0 for zero, for numbers up to one either way. -128 stays unused, so that both ways are the same.</summary>
    public static Affine Symmetric(double largest)
    {
        var scale = (float)(largest / 127);
        return new Affine(scale < SmallestScale ? 1 : scale, 0, true);
    }

    /// <summary>The integer for a number; the nearest, even where two are.</summary>
    public int Quantise(double value) => Clamp(Math.Round(value / Scale, MidpointRounding.ToEven) + Zero, Lowest, Highest);

    /// <summary>The number that an integer stands for.</summary>
    public float Dequantise(int q) => (q - Zero) * Scale;

    private static int Clamp(double value, int low, int high) => (int)Math.Clamp(value, low, high);
}
