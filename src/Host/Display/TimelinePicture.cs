using System.Globalization;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting.Display;

/// <summary>
/// Draws who held memory when, as SVG: above, what the ledger had charged to whom, the budget, and what was measured; below, frames in
/// flight. Pure: a run's record in, text out.
/// </summary>
internal sealed class TimelinePicture
{
    /// <summary>Corners of one series at most; a step has two.</summary>
    public const int MostCorners = 3000;

    private const int Width = 1200;
    private const int Height = 640;
    private const double Left = 72;
    private const double Right = Width - 24;
    private const double MemoryTop = 96;
    private const double MemoryBottom = 428;
    private const double FlightTop = 470;
    private const double FlightBottom = 580;
    private const string Grid = "#e4e7eb";
    private const string Ink = "#1f2933";
    private const string Red = "#c81e1e";

    // Buffers are pale, models strong and apart from each other also for eyes that do not see red and green.
    private static readonly string[] PoolColours = ["#c3ccd6", "#aab7c4", "#d8dee5", "#93a3b3"];
    private static readonly string[] ModelColours = ["#3b82c4", "#f2a33a", "#3fa37c", "#9b6bb3", "#d56f8c", "#7a8b2f", "#4bb3c9", "#a0673c"];
    private const string DebtColour = "#5b4636";

    private readonly TimelineData _data;
    private readonly SvgText _svg;
    private readonly double _seconds;
    private readonly double _topMiB;

    private TimelinePicture(TimelineData data, string title)
    {
        _data = data;
        _svg = new SvgText(Width, Height, title);
        _seconds = data.Seconds > 0 ? data.Seconds : 1;
        var highest = data.Held.Select(h => h.Sum).Concat(data.Measured.Select(m => m.Value)).Append(data.BudgetMiB).Max();
        _topMiB = highest > 0 ? highest * 1.08 : 1;
    }

    /// <summary>The picture of a run.</summary>
    /// <param name="record">The run; it may still be going on.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="window">Frames that can be in flight at most, over all pipelines.</param>
    public static string Of(RunRecord record, string name, int window)
    {
        lock (record.Gate)
        {
            var picture = new TimelinePicture(TimelineData.Of(record), $"{name}: who held memory when");
            picture.Head(name, record);
            picture.Memory();
            picture.Flight(window);
            picture.Seconds();
            return picture._svg.End();
        }
    }

    private void Head(string name, RunRecord record)
    {
        _svg.Text(Left, 34, $"{name}: who held memory when", "font-size=\"20\" font-weight=\"600\" fill=\"#111\"");
        var frames = record.Concluded;
        var loads = record.Models.Values.Sum(m => m.Loads);
        var rate = _data.Seconds > 0 ? frames / _data.Seconds : 0;
        _svg.Text(Right, 34, Invariant($"{frames} frames in {_data.Seconds:0.0} s, {rate:0.0} frames/s, {loads} loads"), "text-anchor=\"end\" font-size=\"14\"");
        var x = Left;
        for (var i = 0; i < _data.Accounts.Count; i++)
        {
            var account = _data.Accounts[i];
            var title = account.Kind == ChargeKind.Resident && record.Models.TryGetValue(account.Name, out var model) ? $"{account.Title} ({model.Loads} loads)" : account.Title;
            _svg.Rectangle(x, 58, 14, 14, Colour(i), "rx=\"2\"");
            x = Label(x + 20, title);
        }
        _svg.Line(x, 65, x + 24, 65, Red, 2, "stroke-dasharray=\"7 4\"");
        x = Label(x + 30, Invariant($"budget {_data.BudgetMiB:0.#} MiB"));
        _svg.Line(x, 65, x + 24, 65, Ink, 1.6);
        Label(x + 30, "measured: models + buffers");
    }

    // Widths of letters are not known here; seven pixels each is a little more than they take.
    private double Label(double x, string text)
    {
        _svg.Text(x, 70, text, "font-size=\"13\"");
        return x + (text.Length * 7) + 22;
    }

    private void Memory()
    {
        var axis = NiceAxis.For(_topMiB, 6);
        foreach (var mark in axis.Marks()) Mark(YMiB(mark), Invariant($"{mark:0.###}"));
        AxisName("memory, MiB", (MemoryTop + MemoryBottom) / 2);
        var held = Thinning.Thin(_data.Held, h => h.Second, h => h.Sum, (MostCorners - 4) / 2);
        // From the whole stack down: each layer covers the lower part of the one before, so that no layer needs a lower edge of its own.
        for (var layer = _data.Accounts.Count - 1; layer >= 0 && held.Count > 0; layer--)
        {
            var count = layer + 1;
            var steps = Steps([.. held.Select(h => new TimedValue(h.Second, h.Held.Take(count).Sum()))], YMiB);
            _svg.Path([(X(held[0].Second), MemoryBottom), .. steps, (X(_seconds), MemoryBottom)], $"class=\"held\" fill=\"{Colour(layer)}\"", close: true);
        }
        var measured = Thinning.Thin(_data.Measured, m => m.Second, m => m.Value, MostCorners);
        if (measured.Count > 1) _svg.Path(measured.Select(m => (X(m.Second), YMiB(m.Value))), Stroke("measured", Ink, 1.6), close: false);
        _svg.Line(Left, YMiB(_data.BudgetMiB), Right, YMiB(_data.BudgetMiB), Red, 2, "class=\"budget\" stroke-dasharray=\"9 5\"");
        _svg.Line(Left, MemoryBottom, Right, MemoryBottom, "#7b8794");
        if (held.Count == 0) Nothing((MemoryTop + MemoryBottom) / 2, "no memory was charged");
    }

    private void Flight(int window)
    {
        var top = Math.Max(Math.Max(window, _data.InFlight.Select(f => f.Value).DefaultIfEmpty().Max()), 1) * 1.12;
        double Y(double frames) => FlightBottom - (frames / top * (FlightBottom - FlightTop));
        foreach (var mark in NiceAxis.For(top, 4, smallest: 1).Marks()) Mark(Y(mark), Invariant($"{mark:0}"));
        AxisName("frames in flight", (FlightTop + FlightBottom) / 2);
        if (window > 0)
        {
            _svg.Line(Left, Y(window), Right, Y(window), Red, 1.2, "class=\"window\" stroke-dasharray=\"4 4\"");
            _svg.Text(Right, FlightTop - 8, $"window.max: {window}", $"text-anchor=\"end\" fill=\"{Red}\"");
        }
        var flight = Thinning.Thin(_data.InFlight, f => f.Second, f => f.Value, (MostCorners - 4) / 2);
        if (flight.Count > 0) _svg.Path(Steps(flight, Y), Stroke("flight", "#2f6f4f", 1.2), close: false);
        else Nothing((FlightTop + FlightBottom) / 2, "no frame was captured");
        _svg.Line(Left, FlightBottom, Right, FlightBottom, "#7b8794");
    }

    private void Seconds()
    {
        foreach (var mark in NiceAxis.For(_seconds, 12).Marks())
        {
            _svg.Line(X(mark), MemoryBottom, X(mark), MemoryBottom + 5, "#7b8794");
            _svg.Line(X(mark), FlightBottom, X(mark), FlightBottom + 5, "#7b8794");
            _svg.Text(X(mark), FlightBottom + 20, Invariant($"{mark:0.###}"), "text-anchor=\"middle\"");
        }
        _svg.Text((Left + Right) / 2, FlightBottom + 42, "seconds since the start", "text-anchor=\"middle\" font-size=\"13\"");
    }

    private void Mark(double y, string text)
    {
        _svg.Line(Left, y, Right, y, Grid);
        _svg.Text(Left - 8, y + 4, text, "text-anchor=\"end\"");
    }

    private void AxisName(string text, double y) =>
        _svg.Text(0, 0, text, Invariant($"transform=\"translate(22 {y:0.#}) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\""));

    private void Nothing(double y, string text) => _svg.Text((Left + Right) / 2, y, text, "text-anchor=\"middle\" fill=\"#7b8794\" font-size=\"14\"");

    /// <summary>A value holds until the next one: two corners a point.</summary>
    private IEnumerable<(double X, double Y)> Steps(IReadOnlyList<TimedValue> points, Func<double, double> y)
    {
        for (var i = 0; i < points.Count; i++)
        {
            yield return (X(points[i].Second), y(points[i].Value));
            yield return (X(i + 1 < points.Count ? points[i + 1].Second : _seconds), y(points[i].Value));
        }
    }

    private string Colour(int layer)
    {
        var account = _data.Accounts[layer];
        if (account.Kind == ChargeKind.Debt) return DebtColour;
        var colours = account.Kind == ChargeKind.Pool ? PoolColours : ModelColours;
        return colours[_data.Accounts.Take(layer).Count(a => (a.Kind == ChargeKind.Pool) == (account.Kind == ChargeKind.Pool)) % colours.Length];
    }

    private double X(double second) => Left + (Math.Clamp(second / _seconds, 0, 1) * (Right - Left));

    private double YMiB(double mebibytes) => MemoryBottom - (mebibytes / _topMiB * (MemoryBottom - MemoryTop));

    private static string Stroke(string name, string colour, double width) =>
        Invariant($"class=\"{name}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
