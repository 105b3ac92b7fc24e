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

    private static readonly Scalar Dark = new(40, 40, 40);

    /// <summary>
    /// Draws boxes, labels and the line with number and outcome. Where objects are followed, one that was classified on this very frame
    /// stands out: labels that are reused are written in the class's colour on dark ground under a thin box, and a box that is only
    /// predicted has corners alone.
    /// </summary>
    public static void Draw(Mat canvas, FrameReport report)
    {
        var scale = Math.Clamp(canvas.Height / 1080.0, 0.4, 1.2);
        // Weakest first, so that the best lie on top.
        for (var i = report.Objects.Count - 1; i >= 0; i--) DrawObject(canvas, report.Objects[i], scale);
        var line = $"frame {report.Frame}  {report.Outcome}{(report.Reason is { } reason ? $": {reason}" : "")}";
        if (report.Objects.Count > 0) line += $"  {report.Objects.Count} object{(report.Objects.Count == 1 ? "" : "s")}{Savings(report.Objects)}";
        Text(canvas, line, new Point(4, 4), scale, Dark, Scalar.White);
    }

    /// <summary>What of a frame's result was not worked out on it; empty where nothing is.</summary>
    internal static string Savings(IReadOnlyList<ObjectReport> objects)
    {
        var (reused, predicted) = (objects.Count(o => o.Reused), objects.Count(o => o.Predicted));
        return (reused > 0 ? $", {reused} with labels reused" : "") + (predicted > 0 ? $", {predicted} predicted" : "");
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
        var opposite = new Point((int)MathF.Round(box.Right), (int)MathF.Round(box.Bottom));
        var thick = scale > 0.7 ? 3 : 2;
        if (found.Predicted) Corners(canvas, corner, opposite, colour, thick);
        else Cv2.Rectangle(canvas, corner, opposite, colour, found.Reused ? 1 : thick);
        var text = string.Create(CultureInfo.InvariantCulture, $"{(found.Track is { } track ? $"#{track} " : "")}{found.Class} {found.Score:0.00}");
        foreach (var best in BestOfEach(found.Labels)) text += string.Create(CultureInfo.InvariantCulture, $" | {FirstName(best.Name)} {best.Score:0.00}");
        var height = TextHeight(scale);
        var place = corner.Y >= height ? new Point(corner.X, corner.Y - height) : corner;
        if (found.Reused) Text(canvas, text, place, scale, Dark, colour);
        else Text(canvas, text, place, scale, colour, InkOn(colour));
    }

    private static void Corners(Mat canvas, Point from, Point to, Scalar colour, int thick)
    {
        var (across, down) = ((to.X - from.X) / 4, (to.Y - from.Y) / 4);
        foreach (var (corner, x, y) in new[] { (from, across, down), (new Point(to.X, from.Y), -across, down), (new Point(from.X, to.Y), across, -down), (to, -across, -down) })
        {
            Cv2.Line(canvas, corner, new Point(corner.X + x, corner.Y), colour, thick);
            Cv2.Line(canvas, corner, new Point(corner.X, corner.Y + y), colour, thick);
        }
    }

    private static Scalar InkOn(Scalar ground) =>
        (0.114 * ground.Val0) + (0.587 * ground.Val1) + (0.299 * ground.Val2) > 130 ? Scalar.Black : Scalar.White;

    /// <summary>The first label of each classifier.</summary>
    internal static IEnumerable<LabelReport> BestOfEach(IReadOnlyList<LabelReport> labels) => labels.DistinctBy(label => label.By);

    // ImageNet's labels are lists of synonyms.
    private static string FirstName(string label) => label.Split(',')[0];

    private static int TextHeight(double scale) => Cv2.GetTextSize("Ag", Font, scale, 1, out var below).Height + below + 4;

    private static void Text(Mat canvas, string text, Point corner, double scale, Scalar background, Scalar ink)
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
        Cv2.PutText(canvas, text, new Point(left + 3, corner.Y + size.Height + 2), Font, scale, ink, 1, LineTypes.AntiAlias);
    }
}
