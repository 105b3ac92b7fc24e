using System.Globalization;
using ActorPipeline.Hosting.Display;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>
/// Draws what was tried, as SVG: across, the run time as a share of the float engine's; up, how little was lost. Every step has a number,
/// and a line in the list beside. Pure: a report in, text out.
/// </summary>
internal sealed class QuantizationPicture
{
    /// <summary>Steps in the list at most; all are drawn.</summary>
    public const int MostListed = 60;

    private const int Width = 1200;
    private const int LeastHeight = 640;
    private const double Left = 84;
    private const double Right = 740;
    private const double Top = 88;
    private const double ListLeft = 776;
    private const double ListRight = Width - 24;
    private const double ListTop = 246;
    private const double Row = 18;
    private const int LongestName = 40;
    private const int LongestBoldName = 34;
    private const string Grid = "#e4e7eb";
    private const string Ink = "#1f2933";
    private const string Pale = "#7b8794";
    private const string Red = "#c81e1e";
    private const string Tried = "#5b8fbf";
    private const string Chosen = "#f2a33a";
    private const string HeldOut = "#2f6f4f";

    private readonly QuantizationReport _report;
    private readonly SvgText _svg;
    private readonly double _bottom;
    private readonly double _from;
    private readonly double _to;
    private readonly double _step;
    private readonly LossAxis _losses;
    private readonly LabelPlaces _labels;
    private readonly (double Share, AccuracyFinding Accuracy)? _heldOut;

    private QuantizationPicture(QuantizationReport report, string title)
    {
        _report = report;
        var height = Math.Max(LeastHeight, (int)(ListTop + (Math.Min(report.Steps.Count, MostListed + 1) * Row) + 70));
        _svg = new SvgText(Width, height, title);
        _bottom = height - 60;
        var chosen = report.Steps.FirstOrDefault(s => s.Chosen)?.Share;
        _heldOut = report.Accuracy is { } accuracy && (report.Gain?.RunShare ?? chosen) is { } share && IsFinite(share, accuracy.Loss, accuracy.Low, accuracy.High) ? (share, accuracy) : null;
        var drawn = report.Steps.Where(IsDrawn).ToArray();
        double[] shares = [1, .. drawn.Select(s => s.Share!.Value), .. _heldOut is { } held ? [held.Share] : Array.Empty<double>()];
        double[] losses = [.. drawn.Select(s => s.Loss), .. _heldOut is { } seen ? [seen.Accuracy.Loss, seen.Accuracy.Low, seen.Accuracy.High] : Array.Empty<double>()];
        var room = Math.Max((shares.Max() - shares.Min()) * 0.08, 0.04);
        _step = NiceAxis.For(shares.Max() - shares.Min() + (2 * room), 7).Step;
        (_from, _to) = (Math.Max(0, Math.Floor((shares.Min() - room) / _step) * _step), Math.Ceiling((shares.Max() + room) / _step) * _step);
        _losses = new LossAxis(losses, report.MaxLoss, Top, _bottom);
        _labels = new LabelPlaces(Left, Top, Right, _bottom);
    }

    /// <summary>The picture of a quantisation.</summary>
    public static string Of(QuantizationReport report)
    {
        var title = $"{Path.GetFileName(report.Model)} in 8 bits: what was tried";
        var picture = new QuantizationPicture(report, title);
        picture.Head(title);
        picture.Axes();
        picture.Points();
        picture.Legend();
        picture.List();
        return picture._svg.End();
    }

    private void Head(string title)
    {
        _svg.Text(Left, 34, title, "font-size=\"20\" font-weight=\"600\" fill=\"#111\"");
        var verdict = _report.Published ? "published" : $"refused: {string.Join("; ", _report.Refusals)}";
        _svg.Text(Left, 60, Shortened(verdict, 150), $"class=\"verdict\" font-size=\"14\" fill=\"{(_report.Published ? HeldOut : Red)}\"");
        var scheme = _report.Scheme == QuantizationScheme.Dynamic ? "dynamic" : $"static{(_report.Method is { } method ? $", {method.ToString().ToLowerInvariant()}" : "")}";
        _svg.Text(ListRight, 34, $"{scheme}, for {_report.Profile.ToString().ToLowerInvariant()}", "text-anchor=\"end\" font-size=\"14\"");
    }

    private void Axes()
    {
        // Quicker than the float engine and inside the bound: where the gate lets through.
        if (_from < 1) _svg.Rectangle(Left, Top, X(1) - Left, _losses.Y(_report.MaxLoss) - Top, "#f1f7f3", "class=\"inside\"");
        for (var i = 0; _from + (i * _step) <= _to + 1e-9; i++)
        {
            var share = _from + (i * _step);
            _svg.Line(X(share), Top, X(share), _bottom, Grid);
            _svg.Text(X(share), _bottom + 18, Invariant($"{share:0.###}"), "text-anchor=\"middle\"");
        }
        foreach (var (y, text) in _losses.Marks())
        {
            _svg.Line(Left, y, Right, y, Grid);
            _svg.Text(Left - 8, y + 4, text, "text-anchor=\"end\"");
        }
        _svg.Line(Left, _bottom, Right, _bottom, Pale);
        _svg.Line(Left, Top, Left, _bottom, Pale);
        _svg.Line(X(1), Top, X(1), _bottom, Pale, 1, "stroke-dasharray=\"2 4\"");
        var bound = _losses.Y(_report.MaxLoss);
        _svg.Line(Left, bound, Right, bound, Red, 2, "class=\"bound\" stroke-dasharray=\"9 5\"");
        _svg.Text(Right - 4, bound - 6, "bound", $"text-anchor=\"end\" fill=\"{Red}\"");
        _labels.Keep(Right - 44, bound - 18, Right, bound);
        _svg.Text((Left + Right) / 2, _bottom + 42, "run time, as a share of the float engine's (less is quicker)", "text-anchor=\"middle\" font-size=\"13\"");
        _svg.Text(0, 0, "points lost on the calibration pictures (higher up is less)", Invariant($"transform=\"translate(28 {(Top + _bottom) / 2:0.#}) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\""));
    }

    private void Points()
    {
        var (floatX, floatY) = (X(1), _losses.Y(0));
        var steps = _report.Steps.Select((step, i) => (Step: step, Number: i + 1)).Where(s => IsDrawn(s.Step)).ToArray();
        Keep(floatX, floatY, 6);
        foreach (var (step, _) in steps) Keep(X(step.Share!.Value), _losses.Y(step.Loss), step.Chosen ? 9 : 5);
        if (_heldOut is { } held)
        {
            var (x, low, high) = (X(held.Share), _losses.Y(held.Accuracy.Low), _losses.Y(held.Accuracy.High));
            _labels.Keep(x - 6, Math.Min(low, high), x + 6, Math.Max(low, high));
            Bar(x, low, high);
        }
        // What was chosen lies on top of what was not.
        foreach (var (step, number) in steps.OrderBy(s => s.Step.Chosen)) Dot(step, number);
        _svg.Rectangle(floatX - 5, floatY - 5, 10, 10, Ink, "class=\"float\"");
        Label(floatX, floatY, "float", Ink);
        if (_heldOut is { } result)
        {
            Diamond(X(result.Share), _losses.Y(result.Accuracy.Loss), "class=\"held-out\"");
            Label(X(result.Share), _losses.Y(result.Accuracy.Loss), "held out", HeldOut);
        }
        if (steps.Length == 0) _svg.Text((Left + Right) / 2, (Top + _bottom) / 2, "nothing was tried that could be timed", $"text-anchor=\"middle\" fill=\"{Pale}\" font-size=\"14\"");
    }

    private void Dot(QuantizationStep step, int number)
    {
        var (x, y) = (X(step.Share!.Value), _losses.Y(step.Loss));
        if (step.Chosen) _svg.Circle(x, y, 8, Chosen, $"class=\"chosen\" stroke=\"{Ink}\" stroke-width=\"1.5\"");
        else Mark(x, y, step.Loss <= _report.MaxLoss, "class=\"step\"");
        Label(x, y, Invariant($"{number}"), step.Chosen ? Ink : "#52606d", step.Chosen);
    }

    private void Label(double x, double y, string text, string colour, bool bold = false)
    {
        var (lx, ly, far) = _labels.Place(x, y, (text.Length * 7) + 2);
        if (far) _svg.Line(x, y, lx, ly, "#9aa5b1", 0.7);
        _svg.Text(lx, ly + 4, text, $"text-anchor=\"middle\" fill=\"{colour}\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"{(bold ? " font-weight=\"700\"" : "")}");
    }

    private void Legend()
    {
        var y = Top + 6;
        void Entry(string text)
        {
            _svg.Text(ListLeft + 32, y + 4, text, "font-size=\"13\"");
            y += 22;
        }

        _svg.Rectangle(ListLeft + 7, y - 5, 10, 10, Ink);
        Entry("the float model");
        Mark(ListLeft + 7, y, inside: true, "");
        Mark(ListLeft + 18, y, inside: false, "");
        Entry("sets of layers that were tried: inside the bound, beyond");
        if (_report.Steps.Any(s => s.Chosen))
        {
            _svg.Circle(ListLeft + 12, y, 8, Chosen, $"stroke=\"{Ink}\" stroke-width=\"1.5\"");
            Entry("the one that went to the gate");
        }
        if (_report.Accuracy is { } accuracy)
        {
            Bar(ListLeft + 12, y - 9, y + 9);
            Diamond(ListLeft + 12, y, "");
            Entry(Invariant($"on {accuracy.Pictures} pictures that calibration never saw: {accuracy.Loss:0.00} of"));
            y -= 4;
            Entry($"{accuracy.Metric} lost{(IsFinite(accuracy.Low, accuracy.High) ? Invariant($" ({accuracy.Low:0.00} to {accuracy.High:0.00} with 95 %)") : "")}");
        }
        _svg.Line(ListLeft, y, ListLeft + 24, y, Red, 2, "stroke-dasharray=\"9 5\"");
        Entry(Invariant($"bound: {_report.MaxLoss:0.##} {(_report.MaxLoss == 1 ? "point" : "points")}"));
    }

    private void List()
    {
        if (_report.Steps.Count == 0) return;
        var y = ListTop;
        Line(y, "", "tried", "run", "lost", $"fill=\"{Pale}\"");
        _svg.Line(ListLeft, y + 6, ListRight, y + 6, Grid);
        for (var i = 0; i < Math.Min(_report.Steps.Count, MostListed); i++)
        {
            var step = _report.Steps[i];
            y += Row;
            if (step.Chosen) _svg.Rectangle(ListLeft - 4, y - 13, ListRight - ListLeft + 8, Row, "#fdf1dc", "rx=\"3\"");
            Line(y, Invariant($"{i + 1}"), Shortened(step.Name, step.Chosen ? LongestBoldName : LongestName), step.Share is { } share && double.IsFinite(share) ? Invariant($"{share:0.000}") : "-", double.IsFinite(step.Loss) ? Invariant($"{step.Loss:0.00}") : "-", step.Chosen ? "font-weight=\"700\"" : "");
        }
        if (_report.Steps.Count > MostListed) _svg.Text(ListLeft + 30, y + Row, $"and {_report.Steps.Count - MostListed} more, which the report lists", $"fill=\"{Pale}\"");
    }

    private void Line(double y, string number, string name, string share, string loss, string more)
    {
        _svg.Text(ListLeft + 20, y, number, $"text-anchor=\"end\" {more}");
        _svg.Text(ListLeft + 30, y, name, more);
        _svg.Text(ListRight - 52, y, share, $"text-anchor=\"end\" {more}");
        _svg.Text(ListRight, y, loss, $"text-anchor=\"end\" {more}");
    }

    // Filled and hollow are told apart without colours too.
    private void Mark(double x, double y, bool inside, string more) => _svg.Circle(x, y, 4.5, inside ? Tried : "#ffffff", $"{more} stroke=\"{Tried}\" stroke-width=\"1.8\"");

    private void Bar(double x, double low, double high)
    {
        _svg.Line(x, low, x, high, HeldOut, 2, "class=\"interval\"");
        _svg.Line(x - 6, low, x + 6, low, HeldOut, 2);
        _svg.Line(x - 6, high, x + 6, high, HeldOut, 2);
    }

    private void Diamond(double x, double y, string more) => _svg.Path([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)], $"{more} fill=\"{HeldOut}\" stroke=\"#ffffff\" stroke-width=\"1\"", close: true);

    private void Keep(double x, double y, double radius) => _labels.Keep(x - radius, y - radius, x + radius, y + radius);

    private double X(double share) => Left + ((share - _from) / (_to - _from) * (Right - Left));

    private static bool IsDrawn(QuantizationStep step) => step.Share is { } share && IsFinite(share, step.Loss);

    private static bool IsFinite(params double[] numbers) => Array.TrueForAll(numbers, double.IsFinite);

    private static string Shortened(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
