using OpenCvSharp;

namespace ActorPipeline.Bench.TextLines;

/// <summary>
/// Renders a line of text as a camera or a scanner might see it: one of several fonts, sizes, colours and backgrounds, a little turned,
/// blurred and noisy. What is drawn depends on the random numbers alone.
/// </summary>
internal static class LinePicture
{
    private static readonly HersheyFonts[] Fonts = [HersheyFonts.HersheySimplex, HersheyFonts.HersheyDuplex, HersheyFonts.HersheyComplex, HersheyFonts.HersheyTriplex, HersheyFonts.HersheyComplexSmall];

    /// <summary>Strokes are drawn so many times larger and then scaled down, for smooth edges.</summary>
    private const int Fine = 3;

    /// <summary>Levels of grey, of 255, between ink and paper at least.</summary>
    private const double LeastContrast = 60;

    /// <summary>Draws a line, BGR.</summary>
    /// <param name="text">Its text, of ASCII.</param>
    /// <param name="upsideDown">Whether it is turned by half a circle.</param>
    /// <param name="random">Says how it looks.</param>
    public static Mat Render(string text, bool upsideDown, Random random)
    {
        using var mask = Strokes(text, random);
        var (paper, ink) = Colours(random);
        using var picture = Paper(mask.Size(), paper, random);
        Ink(picture, mask, ink);
        if (random.Next(2) == 0)
        {
            using var sharp = picture.Clone();
            Cv2.GaussianBlur(sharp, picture, new Size(0, 0), 0.4 + (0.05 * sharp.Rows * random.NextDouble()));
        }
        if (random.Next(3) > 0) Noise(picture, 2 + (22 * random.NextDouble()), random);
        if (!upsideDown) return picture.Clone();
        var turned = new Mat();
        Cv2.Rotate(picture, turned, RotateFlags.Rotate180);
        return turned;
    }

    /// <summary>Where ink is, 0 to 255: the text with a margin around it, slightly turned.</summary>
    private static Mat Strokes(string text, Random random)
    {
        var font = Fonts[random.Next(Fonts.Length)];
        if (random.Next(5) == 0) font |= HersheyFonts.Italic;
        var height = 11 + random.Next(34);
        // These fonts' capitals are 21 units high, the small one's about 13.
        var scale = Fine * height / ((font & ~HersheyFonts.Italic) == HersheyFonts.HersheyComplexSmall ? 13.0 : 21.0);
        var thick = (int)Math.Max(1, Math.Round(scale * (0.9 + (1.3 * random.NextDouble()))));
        var size = Cv2.GetTextSize(text, font, scale, thick, out var below);
        var (across, down) = ((int)(Fine * height * (0.15 + (0.35 * random.NextDouble()))), (int)(Fine * height * (0.15 + (0.25 * random.NextDouble()))));
        using var fine = new Mat(size.Height + below + (2 * down), size.Width + (2 * across), MatType.CV_8UC1, Scalar.All(0));
        Cv2.PutText(fine, text, new Point(across, down + size.Height), font, scale, Scalar.All(255), thick, LineTypes.AntiAlias);
        using var turn = Cv2.GetRotationMatrix2D(new Point2f(fine.Width / 2f, fine.Height / 2f), MostTurn(fine.Size(), down) * ((2 * random.NextDouble()) - 1), 1);
        using var turned = new Mat();
        Cv2.WarpAffine(fine, turned, turn, fine.Size());
        var mask = new Mat();
        Cv2.Resize(turned, mask, new Size(Math.Max(1, fine.Width / Fine), Math.Max(1, fine.Height / Fine)), 0, 0, InterpolationFlags.Area);
        return mask;
    }

    /// <summary>Degrees that a line can be turned without leaving its margin; three at most.</summary>
    private static double MostTurn(Size size, int margin) => Math.Min(3, Math.Atan2(margin, size.Width / 2.0) * 180 / Math.PI);

    private static (Scalar Paper, Scalar Ink) Colours(Random random)
    {
        while (true)
        {
            var (paper, ink) = (Colour(random), Colour(random));
            if (Math.Abs(Light(paper) - Light(ink)) >= LeastContrast) return (paper, ink);
        }
    }

    private static Scalar Colour(Random random)
    {
        if (random.Next(2) == 0) return new Scalar(random.Next(256), random.Next(256), random.Next(256));
        var grey = random.Next(2) == 0 ? random.Next(60) : 180 + random.Next(76);
        return Scalar.All(grey);
    }

    private static double Light(Scalar colour) => (0.114 * colour.Val0) + (0.587 * colour.Val1) + (0.299 * colour.Val2);

    /// <summary>A plain colour, one that gets lighter or darker from one end to the other, or a coarse texture.</summary>
    private static Mat Paper(Size size, Scalar colour, Random random)
    {
        var paper = new Mat(size, MatType.CV_8UC3, colour);
        var kind = random.Next(3);
        if (kind == 0) return paper;
        using var change = new Mat(kind == 1 ? 2 : 4 + random.Next(4), kind == 1 ? 2 : 8 + random.Next(12), MatType.CV_8UC1);
        var (rows, columns) = (change.Rows, change.Cols);
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++) change.Set(y, x, (byte)random.Next(kind == 1 ? 70 : 45));
        using var smooth = new Mat();
        Cv2.Resize(change, smooth, size, 0, 0, InterpolationFlags.Linear);
        using var three = new Mat();
        Cv2.CvtColor(smooth, three, ColorConversionCodes.GRAY2BGR);
        // Light paper gets darker and dark paper lighter.
        if (Light(colour) > 127) Cv2.Subtract(paper, three, paper);
        else Cv2.Add(paper, three, paper);
        return paper;
    }

    private static void Ink(Mat picture, Mat mask, Scalar ink)
    {
        var (rows, columns) = (picture.Rows, picture.Cols);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var share = mask.At<byte>(y, x) / 255.0;
                var below = picture.At<Vec3b>(y, x);
                picture.Set(y, x, new Vec3b(Mix(below.Item0, ink.Val0, share), Mix(below.Item1, ink.Val1, share), Mix(below.Item2, ink.Val2, share)));
            }
        }
    }

    private static void Noise(Mat picture, double deviation, Random random)
    {
        var (rows, columns) = (picture.Rows, picture.Cols);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var pixel = picture.At<Vec3b>(y, x);
                picture.Set(y, x, new Vec3b(Shaken(pixel.Item0), Shaken(pixel.Item1), Shaken(pixel.Item2)));
            }
        }

        // The sum of four is near enough to a bell.
        byte Shaken(byte value) =>
            (byte)Math.Clamp(value + (deviation * 1.732 * (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2)), 0, 255);
    }

    private static byte Mix(byte below, double above, double share) => (byte)Math.Clamp(Math.Round(below + (share * (above - below))), 0, 255);
}
