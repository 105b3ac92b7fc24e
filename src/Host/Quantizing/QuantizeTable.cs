using System.Globalization;
using ActorPipeline.Quantization;
using Spectre.Console;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>Shows a quantisation to people.</summary>
internal static class QuantizeTable
{
    // The file has them all; a screen has room for these.
    private const int MostLayers = 12;

    /// <summary>Writes it.</summary>
    /// <param name="report">What came of it.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="registered">Whether the form is registered.</param>
    /// <param name="console">Where it goes.</param>
    public static void Write(QuantizationReport report, QuantizePlan plan, bool registered, IAnsiConsole console)
    {
        Summary(report, console);
        Steps(report, console);
        Layers(report, console);
        var (json, picture) = (plan.Files.Report(report.Published), plan.Files.Picture(report.Published));
        Line(console, report.Published
            ? $"Published {report.Output}; its report is {json}, its picture {picture}. It took {Time(report.Seconds)} and {report.PeakMemory}."
            : $"Nothing was published; the report is {json}, the picture {picture}. It took {Time(report.Seconds)} and {report.PeakMemory}.");
        if (report.Published) foreach (var line in Snippet(report, plan, registered)) Line(console, line);
    }

    /// <summary>How a configuration uses the form.</summary>
    internal static IEnumerable<string> Snippet(QuantizationReport report, QuantizePlan plan, bool registered)
    {
        var path = registered ? "" : $", path = \"{Path.GetFullPath(report.Output!)}\", providers = [{report.Profile.ToString().ToLowerInvariant()}]";
        yield return registered ? $"It is registered as '{plan.Name}'. In a configuration, in the block of the model:" : "It could not be registered. In a configuration, in the block of the model:";
        yield return $"  variants = [ {{ name = {plan.Name}{path} }} ]";
        yield return $"  form = {plan.Name}   # this form alone; without, it is loaded where the model's own does not fit";
    }

    private static void Summary(QuantizationReport report, IAnsiConsole console)
    {
        var table = Table("", "float", "quantised", "");
        if (report.Accuracy is { } accuracy)
        {
            table.AddRow(
                $"{Escaped(accuracy.Metric)}, {accuracy.Pictures} pictures", Number(accuracy.Float), Number(accuracy.Quantised),
                $"{Lost(accuracy.Loss)} (95 %: {Number(accuracy.Low)} to {Number(accuracy.High)}); bound {Number(report.MaxLoss)}");
            foreach (var further in accuracy.Further) table.AddRow(Escaped(further.Name), Number(further.Float), Number(further.Quantised), Lost(further.Float - further.Quantised));
            table.AddRow("agreement", "", $"{Number(accuracy.Agreement)} %", "how often both say the same");
        }
        if (report.Gain is { } gain)
        {
            table.AddRow("file", Size(gain.FloatBytes), Size(gain.QuantisedBytes), $"{Share(gain.FileShare)} of the float file");
            table.AddRow("a run on one thread", Milliseconds(gain.FloatMilliseconds), Milliseconds(gain.QuantisedMilliseconds), gain.RunShare is { } share ? $"{Share(share)} of the float engine's time" : "cannot be timed here");
        }
        if (report.Kernels is { } kernels)
        {
            var missed = kernels.Missed.Count == 0 ? "" : $"; ran as floats: {string.Join(", ", kernels.Missed)}";
            table.AddRow("integer kernels", "", $"{kernels.Integer} layers", Escaped(Invariant($"{kernels.IntegerTime * 100:0} % of the time{missed}")));
        }
        var method = report.Method is { } chosen ? $"ranges by {chosen.ToString().ToLowerInvariant()} on {report.CalibrationPictures} pictures" : "ranges at each run";
        if (report.Layers.Count > 0) table.AddRow("layers", $"{report.Layers.Count}", $"{report.Layers.Count(l => l.Quantised)}", method);
        if (table.Rows.Count > 0) console.Write(table);
    }

    private static void Steps(QuantizationReport report, IAnsiConsole console)
    {
        if (report.Steps.Count == 0) return;
        var table = Table("tried", "layers", "on calibration", "lost", "run", "of float", "");
        foreach (var step in report.Steps)
            table.AddRow(Escaped(step.Name), $"{step.Quantised}", Number(step.Score), Number(step.Loss), Milliseconds(step.RunTime), step.Share is { } share ? Share(share) : "", step.Chosen ? "[bold]chosen[/]" : "");
        console.Write(table);
    }

    private static void Layers(QuantizationReport report, IAnsiConsole console)
    {
        var left = LeftFloat(report.Layers);
        if (left.Count == 0) return;
        var table = Table("left as float", "operator", "weights", "lost alone", "signal to noise", "why");
        foreach (var layer in left.Take(MostLayers))
            table.AddRow(
                Escaped(layer.Name), Escaped(layer.Op), Invariant($"{layer.Weights}"), layer.Loss is { } loss ? Number(loss) : "",
                layer.SignalToNoise is { } noise ? Invariant($"{noise:0.0} dB") : "", Escaped(layer.Why));
        console.Write(table);
        if (left.Count > MostLayers) Line(console, $"And {left.Count - MostLayers} more, which the report lists.");
    }

    /// <summary>Layers that run in floats, those that cost most to quantise first.</summary>
    internal static IReadOnlyList<QuantizedLayer> LeftFloat(IEnumerable<QuantizedLayer> layers) =>
        [.. layers.Where(l => !l.Quantised).OrderByDescending(l => l.Loss ?? double.MinValue).ThenBy(l => l.SignalToNoise ?? double.MaxValue).ThenByDescending(l => l.Weights)];

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns) table.AddColumn(column);
        return table;
    }

    // Paths and snippets are to be copied: no line of them is broken at the terminal's width.
    private static void Line(IAnsiConsole console, string text) => console.Profile.Out.Writer.WriteLine(text);

    private static string Escaped(string text) => Markup.Escape(text);

    private static string Lost(double loss) => loss >= 0 ? $"{Number(loss)} lost" : $"{Number(-loss)} better";

    private static string Number(double value) => Invariant($"{value:0.00}");

    private static string Share(double value) => Invariant($"{value:0.00} x");

    private static string Size(long bytes) => new Bytes(bytes).ToString();

    private static string Milliseconds(double? value) => value is { } number ? Invariant($"{number:0.00} ms") : "";

    private static string Time(double seconds) => Invariant($"{seconds:0} s");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
