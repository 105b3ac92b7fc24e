namespace ActorPipeline.Memory;

/// <summary>
/// Tells a leak from noise while it is still smaller than the noise: a leak climbs steadily and into new territory, noise comes back.
/// Fed with the level of missing memory after every verified release. Pure.
/// <para>
/// A climb is a leak when, over the last 11 levels (ten cycles) or 21 (two models that take turns), nearly every pair of levels rises
/// (Kendall's tau of 0.8) and the line through them (Theil-Sen, which single steps do not move) ends <see cref="Noise"/> above both its
/// own beginning and everything seen before. A leak of 1 MB a cycle under noise of +-1 MiB climbs 8.6 to 9.5 MiB in ten cycles; noise
/// that wanders within +-4 MiB can climb 8, but hardly ever straight, and then only where it never was before. Simulated: all of 400
/// such leaks were seen by the tenth cycle; over 1,000 cycles of noise that wanders by up to 0.25, 0.5, 1, 2, 4 or 8 MiB a cycle, with three
/// steps of 2 MiB that stay, 5 of 360 runs took some of it for a leak for a while, all of them at 2 MiB a cycle. The street's two models
/// swapping on two lanes wander between 2 and 11 MiB.
/// </para>
/// <para>
/// What has climbed counts until it came down again, or until it did not climb for twenty levels: then it is a step like any other, and
/// the dead band's business.
/// </para>
/// </summary>
internal sealed class LeakWatch
{
    /// <summary>A line that rises by less is noise.</summary>
    public static readonly Bytes Noise = Bytes.MiB(7.25);

    private const int Short = 11;
    private const int Long = 21;
    private const int Kept = 128;
    private const double Steady = 0.8;

    private readonly List<double> _levels = [0];
    private double? _from;
    private int _since;

    /// <summary>How far the level has climbed since a leak began; zero while none is seen.</summary>
    public Bytes Climb { get; private set; }

    /// <summary>The next level: memory that is missing after a release, over the base. May be negative.</summary>
    public void Observe(Bytes level)
    {
        if (_levels.Count == Kept) _levels.RemoveAt(0);
        _levels.Add(level.Count);
        if (_from is null) _from = Beginning(Short) ?? Beginning(Long);
        else _since++;
        if (_from is not { } from) return;
        var climb = Median([.. _levels.TakeLast(3)]) - from;
        var hasEnded = climb < Noise.Count / 2d || (_since >= Long - 1 && Line(Long) is var (start, end, _) && end - start < Noise.Count / 2d);
        if (hasEnded) (_from, _since) = (null, 0);
        Climb = new Bytes(hasEnded ? 0 : (long)climb);
    }

    /// <summary>Where a steady climb over the last levels began; null where there is none.</summary>
    private double? Beginning(int count)
    {
        if (_levels.Count < count) return null;
        // Most windows end as they began: no need to look closer.
        if (_levels[^1] - _levels[^count] < Noise.Count / 2d) return null;
        var (start, end, rising) = Line(count);
        var highest = start;
        for (var i = 0; i < _levels.Count - count; i++) highest = Math.Max(highest, _levels[i]);
        return rising >= Steady && end - highest >= Noise.Count ? start : null;
    }

    /// <summary>The line of the median slope through the last levels, and how much more often a later one is higher than lower (-1 to 1).</summary>
    private (double Start, double End, double Rising) Line(int count)
    {
        var from = _levels.Count - count;
        Span<double> slopes = stackalloc double[count * (count - 1) / 2];
        var (n, rising) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++)
            {
                slopes[n++] = (_levels[from + j] - _levels[from + i]) / (j - i);
                rising += Math.Sign(_levels[from + j] - _levels[from + i]);
            }
        }
        var slope = Median(slopes);
        Span<double> starts = stackalloc double[count];
        for (var i = 0; i < count; i++) starts[i] = _levels[from + i] - slope * i;
        var start = Median(starts);
        return (start, start + slope * (count - 1), (double)rising / n);
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
