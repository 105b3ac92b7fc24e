namespace ActorPipeline.Hosting.Quantizing;

/// <summary>Finds places for labels beside their points, on no other point and no other label.</summary>
/// <param name="left">Nothing lies left of this.</param>
/// <param name="top">Nothing lies above this.</param>
/// <param name="right">Nothing lies right of this.</param>
/// <param name="bottom">Nothing lies below this.</param>
internal sealed class LabelPlaces(double left, double top, double right, double bottom)
{
    private const double Height = 13;
    private static readonly double[] Distances = [12, 20, 30, 42, 56, 72];
    // Above right first, where people look for it.
    private static readonly double[] Angles = [-45, -135, 45, 135, -90, 90, 0, 180];

    private readonly List<(double X1, double Y1, double X2, double Y2)> _taken = [];

    /// <summary>Keeps labels off a point or bar.</summary>
    public void Keep(double x1, double y1, double x2, double y2) => _taken.Add((x1, y1, x2, y2));

    /// <summary>A label's middle.</summary>
    /// <param name="x">Its point.</param>
    /// <param name="y">Its point.</param>
    /// <param name="width">How wide it is.</param>
    /// <returns>The place, and whether it is so far off that a line should lead to it.</returns>
    public (double X, double Y, bool Far) Place(double x, double y, double width)
    {
        foreach (var distance in Distances)
        {
            foreach (var angle in Angles)
            {
                var (sin, cos) = Math.SinCos(angle * Math.PI / 180);
                // A wide label is pushed aside by its half width, so that it begins at its point and does not cover it.
                var (cx, cy) = (x + (cos * distance) + (Math.Sign(Math.Round(cos, 6)) * Math.Max(0, (width / 2) - 6)), y + (sin * distance));
                var box = (X1: cx - (width / 2), Y1: cy - (Height / 2), X2: cx + (width / 2), Y2: cy + (Height / 2));
                if (box.X1 < left || box.X2 > right || box.Y1 < top || box.Y2 > bottom || _taken.Exists(t => Overlap(t, box))) continue;
                _taken.Add(box);
                return (cx, cy, distance > Distances[1]);
            }
        }
        // More than can be told apart: the list beside the picture has them.
        return (x, y - Distances[0], false);
    }

    private static bool Overlap((double X1, double Y1, double X2, double Y2) a, (double X1, double Y1, double X2, double Y2) b) =>
        a.X1 < b.X2 && b.X1 < a.X2 && a.Y1 < b.Y2 && b.Y1 < a.Y2;
}
