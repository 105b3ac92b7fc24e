using System.Globalization;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>
/// Points lost as heights: less is higher. Even around nothing, and ever closer beyond the bound, so that a method that ruins a model does
/// not press all others onto one line.
/// </summary>
internal sealed class LossAxis
{
    private const double Between = 26;
    private static readonly double[] Marked = [0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

    private readonly double _even;
    private readonly double _low;
    private readonly double _high;
    private readonly double _top;
    private readonly double _bottom;

    /// <param name="losses">All that is to be seen; finite.</param>
    /// <param name="bound">The most that may be lost.</param>
    /// <param name="top">Where the least is.</param>
    /// <param name="bottom">Where the most is.</param>
    public LossAxis(IReadOnlyCollection<double> losses, double bound, double top, double bottom)
    {
        (_top, _bottom) = (top, bottom);
        _even = Math.Max(bound, 0.2);
        _low = Bent(losses.Append(0).Min());
        _high = Bent(losses.Append(bound * 1.5).Append(0.3).Max());
        // Marks at the edges are seen whole.
        var margin = (_high - _low) * 0.06;
        (_low, _high) = (_low - margin, _high + margin);
    }

    /// <summary>Where a loss is.</summary>
    public double Y(double loss) => _top + ((Math.Clamp(Bent(loss), _low, _high) - _low) / (_high - _low) * (_bottom - _top));

    /// <summary>Round losses that are marked, none close to another.</summary>
    public IReadOnlyList<(double Y, string Text)> Marks()
    {
        var marks = new List<(double Y, string Text)>();
        foreach (var loss in Marked.Concat(Marked.Skip(1).Select(m => -m)).Where(m => Bent(m) >= _low && Bent(m) <= _high).OrderBy(m => m == 0 ? 0 : m == 1 ? 1 : 2).ThenByDescending(Math.Abs))
        {
            var y = Y(loss);
            if (marks.TrueForAll(mark => Math.Abs(mark.Y - y) >= Between)) marks.Add((y, loss.ToString("0.##", CultureInfo.InvariantCulture)));
        }
        return marks;
    }

    private double Bent(double loss) => Math.Sign(loss) * Math.Log(1 + (Math.Abs(loss) / _even));
}
