using System.Globalization;
using ActorPipeline.Hosting.Display;

namespace ActorPipeline.Bench.Budget;

/// <summary>Draws frames a second against the budget, as SVG: the medians joined, each round a dot, and what the budget is made of below. Pure.</summary>
internal sealed class BudgetPicture
{
    private const int Width = 960;
    private const int Height = 560;
    private const double Left = 76;
    private const double Right = Width - 36;
    private const double Top = 96;
    private const double Bottom = 420;
    private const double BarTop = 468;
    private const double BarHeight = 22;
    private const string Grid = "#e4e7eb";
    private const string Axis = "#7b8794";
    private const string Blue = "#3b82c4";
    private const string Ink = "#1f2933";

    // Letters stay readable where a line runs behind them.
    private const string Halo = "paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\"";
    private const double Mebibyte = 1024 * 1024;

    // Buffers and fixed cost are pale, models strong: the colours of the timeline.
    private static readonly string[] ModelColours = ["#3b82c4", "#f2a33a", "#3fa37c", "#9b6bb3"];

    private readonly IReadOnlyList<BudgetPoint> _points;
    private readonly SvgText _svg;
    private readonly double _most;
    private readonly double _fastest;

    private BudgetPicture(IReadOnlyList<BudgetPoint> points)
    {
        _points = points;
        _svg = new SvgText(Width, Height, "Frames a second against the memory budget");
        _most = points.Max(p => MiB(p.Budget)) * 1.04;
        _fastest = points.Max(p => p.Rates.Max()) * 1.12;
    }

    /// <summary>The picture.</summary>
    /// <param name="points">By rising budget; at least one, with at least one rate each.</param>
    /// <param name="needs">What the budgets are made of.</param>
    /// <param name="what">What ran, for people.</param>
    public static string Of(IReadOnlyList<BudgetPoint> points, RunNeeds needs, string what)
    {
        var picture = new BudgetPicture(points);
        picture._svg.Text(Left, 36, "What memory buys", "font-size=\"20\" font-weight=\"600\" fill=\"#111\"");
        picture._svg.Text(Left, 60, $"frames a second against the memory budget; {what}", "font-size=\"14\"");
        picture.Axes();
        picture.Fits(needs);
        picture.Curve();
        picture.Bar(needs);
        return picture._svg.End();
    }

    private void Axes()
    {
        foreach (var mark in NiceAxis.For(_fastest, 6).Marks())
        {
            _svg.Line(Left, Y(mark), Right, Y(mark), Grid);
            _svg.Text(Left - 8, Y(mark) + 4, Number(mark), "text-anchor=\"end\"");
        }
        foreach (var mark in NiceAxis.For(_most, 10).Marks())
        {
            _svg.Line(X(mark), Bottom, X(mark), Bottom + 5, Axis);
            _svg.Text(X(mark), Bottom + 20, Number(mark), "text-anchor=\"middle\"");
        }
        _svg.Line(Left, Bottom, Right, Bottom, Axis);
        _svg.Text(0, 0, "frames/s", $"transform=\"translate(24 {Number((Top + Bottom) / 2)}) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\"");
        _svg.Text(Right, Bottom + 38, "budget, MiB", "text-anchor=\"end\" font-size=\"13\"");
    }

    private void Curve()
    {
        _svg.Path(_points.Select(p => (X(MiB(p.Budget)), Y(Statistics.Median(p.Rates)))), $"fill=\"none\" stroke=\"{Blue}\" stroke-width=\"2.5\" stroke-linejoin=\"round\"", close: false);
        foreach (var point in _points)
        {
            var (x, middle) = (X(MiB(point.Budget)), Statistics.Median(point.Rates));
            foreach (var rate in point.Rates) Dot(x, Y(rate), 2.5, "#a9c8e6");
            Dot(x, Y(middle), 5, Blue);
            _svg.Text(x, Y(point.Rates.Max()) - 12, Number(middle, 1), $"text-anchor=\"middle\" font-size=\"13\" font-weight=\"600\" fill=\"{Ink}\" {Halo}");
            _svg.Text(x, Y(point.Rates.Min()) + 24, $"{Number(point.Loads)} loads", $"text-anchor=\"middle\" font-size=\"11\" fill=\"#616e7c\" {Halo}");
        }
    }

    /// <summary>From where on one model fits beside the buffers, two, all: the largest first, as the bar below has them.</summary>
    private void Fits(RunNeeds needs)
    {
        var at = MiB(needs.Pools) + MiB(needs.Fixed);
        foreach (var (number, model) in needs.Models.OrderByDescending(m => m.Lease.Count).Index())
        {
            at += MiB(model.Lease);
            _svg.Line(X(at), Top - 8, X(at), BarTop + BarHeight, "#cbd2d9", 1, "stroke-dasharray=\"3 4\"");
            var text = number + 1 == needs.Models.Count ? "all fit" : number == 0 ? "one fits" : $"{number + 1} fit";
            _svg.Text(X(at), Top - 14, text, "text-anchor=\"middle\" font-size=\"11\" fill=\"#616e7c\"");
        }
    }

    /// <summary>Below the axis and to its scale: what each part takes, one behind the other.</summary>
    private void Bar(RunNeeds needs)
    {
        var parts = new List<(string Name, Bytes Size, string Colour)> { ("buffers", needs.Pools, "#aab7c4"), ("fixed", needs.Fixed, "#d8dee5") };
        parts.AddRange(needs.Models.OrderByDescending(m => m.Lease.Count).Select((model, i) => (model.Name, model.Lease, ModelColours[i % ModelColours.Length])));
        _svg.Text(Left, BarTop - 8, "what the parts need, to the same scale", "font-size=\"12\" fill=\"#616e7c\"");
        double from = 0;
        foreach (var (name, size, colour) in parts)
        {
            var to = from + MiB(size);
            _svg.Rectangle(X(from), BarTop, X(to) - X(from), BarHeight, colour, "stroke=\"#ffffff\"");
            // Seven pixels a letter is a little more than they take; what does not fit goes without.
            var text = $"{name} {Number(MiB(size))}";
            if (X(to) - X(from) > 7 * text.Length) _svg.Text((X(from) + X(to)) / 2, BarTop + BarHeight + 16, text, "text-anchor=\"middle\" font-size=\"11\"");
            from = to;
        }
    }

    private void Dot(double x, double y, double radius, string colour) =>
        _svg.Rectangle(x - radius, y - radius, 2 * radius, 2 * radius, colour, $"rx=\"{Number(radius, 1)}\"");

    private double X(double mebibytes) => Left + (mebibytes / _most * (Right - Left));

    private double Y(double rate) => Bottom - (rate / _fastest * (Bottom - Top));

    private static double MiB(Bytes bytes) => bytes.Count / Mebibyte;

    private static string Number(double value, int digits = 0) => Math.Round(value, digits).ToString(CultureInfo.InvariantCulture);
}
