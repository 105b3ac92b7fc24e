namespace ActorPipeline.Hosting.Display;

/// <summary>Keeps what a picture can show of a long series.</summary>
internal static class Thinning
{
    /// <summary>
    /// At most about <paramref name="most"/> points. Where there are more, time is cut into columns, and of each the lowest and the
    /// highest point stay, in their order: no peak is lost, and a line through them looks the same.
    /// </summary>
    /// <param name="points">In order of time.</param>
    /// <param name="time">A point's time.</param>
    /// <param name="value">What may not lose its extremes.</param>
    /// <param name="most">Points to keep.</param>
    public static IReadOnlyList<T> Thin<T>(IReadOnlyList<T> points, Func<T, double> time, Func<T, double> value, int most)
    {
        if (points.Count <= most) return points;
        double first = time(points[0]), span = time(points[^1]) - first;
        if (span <= 0) return [points[0], points[^1]];
        var columns = Math.Max(1, (most - 2) / 2);
        var kept = new List<T>(most) { points[0] };
        for (var i = 1; i < points.Count - 1;)
        {
            var column = Column(i);
            int low = i, high = i;
            for (; i < points.Count - 1 && Column(i) == column; i++)
            {
                if (value(points[i]) < value(points[low])) low = i;
                if (value(points[i]) > value(points[high])) high = i;
            }
            kept.Add(points[Math.Min(low, high)]);
            if (low != high) kept.Add(points[Math.Max(low, high)]);
        }
        kept.Add(points[^1]);
        return kept;

        int Column(int i) => (int)Math.Min(columns - 1, (time(points[i]) - first) / span * columns);
    }
}
