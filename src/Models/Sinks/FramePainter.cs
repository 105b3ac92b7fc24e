using System.Globalization;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

/// <summary>Draws a frame's result over its picture.</summary>
internal static class FramePainter
{
    private const HersheyFonts Font = HersheyFonts.HersheySimplex;

    // Apart from each other and from the greys of a street; BGR.
    private static readonly Scalar[] Palette =
    [
        new(80, 200, 40), new(40, 140, 255), new(255, 130, 30), new(60, 60, 230), new(220, 200, 30),
        new(200, 70, 200), new(40, 220, 230), new(180, 120, 90), new(150, 220, 150), new(130, 90, 250),
    ];

    /// <summary>Draws boxes, labels and the line with number and outcome.</summary>
    public static void Draw(Mat canvas, FrameReport report)
    {
        var scale = Math.Clamp(canvas.Height / 1080.0, 0.4, 1.2);
        // Weakest first, so that the best lie on top.
        for (var i = report.Objects.Count - 1; i >= 0; i--) DrawObject(canvas, report.Objects[i], scale);
        var line = $"frame {report.Frame}  {report.Outcome}{(report.Reason is { } reason ? $": {reason}" : "")}";
        if (report.Objects.Count > 0) line += $"  {report.Objects.Count} object{(report.Objects.Count == 1 ? "" : "s")}";
        Text(canvas, line, new Point(4, 4), scale, new Scalar(40, 40, 40));
    }

    /// <summary>The same class has the same colour in every frame and run.</summary>
    internal static Scalar ColourOf(string name)
    {
        var hash = 2166136261u;
        foreach (var c in name) hash = (hash ^ c) * 16777619u;
        return Palette[(hash ^ (hash >> 16)) % (uint)Palette.Length];
    }

    private static void DrawObject(Mat canvas, ObjectReport found, double scale)
    {
        var colour = ColourOf(found.Class);
        var box = found.Box;
        var corner = new Point((int)MathF.Round(box.Left), (int)MathF.Round(box.Top));
        Cv2.Rectangle(canvas, corner, new Point((int)MathF.Round(box.Right), (int)MathF.Round(box.Bottom)), colour, scale > 0.7 ? 3 : 2);
        var text = string.Create(CultureInfo.InvariantCulture, $"{found.Class} {found.Score:0.00}");
        foreach (var best in BestOfEach(found.Labels)) text += string.Create(CultureInfo.InvariantCulture, $" | {FirstName(best.Name)} {best.Score:0.00}");
        var height = TextHeight(scale);
        Text(canvas, text, corner.Y >= height ? new Point(corner.X, corner.Y - height) : corner, scale, colour);
    }

    /// <summary>The first label of each classifier.</summary>
    internal static IEnumerable<LabelReport> BestOfEach(IReadOnlyList<LabelReport> labels) => labels.DistinctBy(label => label.By);

    // ImageNet's labels are lists of synonyms.
    private static string FirstName(string label) => label.Split(',')[0];

    private static int TextHeight(double scale) => Cv2.GetTextSize("Ag", Font, scale, 1, out var below).Height + below + 4;

    private static void Text(Mat canvas, string text, Point corner, double scale, Scalar background)
    {
        // The font has ASCII alone.
        text = string.Create(text.Length, text, static (into, from) =>
        {
            for (var i = 0; i < from.Length; i++) into[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
        var size = Cv2.GetTextSize(text, Font, scale, 1, out var below);
        var left = Math.Clamp(corner.X, 0, Math.Max(0, canvas.Width - size.Width - 6));
        var ground = new Rect(left, corner.Y, size.Width + 6, size.Height + below + 4);
        Cv2.Rectangle(canvas, ground, background, -1);
        var luminance = (0.114 * background.Val0) + (0.587 * background.Val1) + (0.299 * background.Val2);
        Cv2.PutText(canvas, text, new Point(left + 3, corner.Y + size.Height + 2), Font, scale, luminance > 130 ? Scalar.Black : Scalar.White, 1, LineTypes.AntiAlias);
    }
}
