using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace ActorPipeline.Bench;

/// <summary>What a benchmark found: a table for people and figures by name.</summary>
internal sealed class BenchReport(string name)
{
    private readonly JsonObject _figures = [];
    private readonly Table _table = new Table().AddColumns("figure", "median", "min", "max", "what");

    /// <summary>A figure; of several values the median.</summary>
    public double this[string figure] => (double)_figures[figure]!;

    /// <summary>One measured value.</summary>
    public BenchReport Add(string figure, double value, string what)
    {
        _figures[figure] = Math.Round(value, 4);
        _table.AddRow(figure, Text(value), "", "", Markup.Escape(what));
        return this;
    }

    /// <summary>Several measured values; the median is the figure.</summary>
    public BenchReport Add(string figure, IReadOnlyCollection<double> values, string what)
    {
        var median = Statistics.Median(values);
        _figures[figure] = Math.Round(median, 4);
        _figures[$"{figure}_min"] = Math.Round(values.Min(), 4);
        _figures[$"{figure}_max"] = Math.Round(values.Max(), 4);
        _table.AddRow(figure, Text(median), Text(values.Min()), Text(values.Max()), Markup.Escape(what));
        return this;
    }

    /// <summary>Several measured values whose median is to be no more than a bound; says where it is not.</summary>
    public BenchReport AddAtMost(string figure, IReadOnlyCollection<double> values, double bound, string what) => Add(figure, values, Bounded(what, bound, Statistics.Median(values) <= bound));

    /// <summary>One measured value that is to be no more than a bound.</summary>
    public BenchReport AddAtMost(string figure, double value, double bound, string what) => Add(figure, value, Bounded(what, bound, value <= bound));

    /// <summary>Several measured values whose median is to be no less than a bound; says where it is not.</summary>
    public BenchReport AddAtLeast(string figure, IReadOnlyCollection<double> values, double bound, string what) => Add(figure, values, Bounded(what, bound, Statistics.Median(values) >= bound));

    /// <summary>A line for people alone: why a figure is not there.</summary>
    public BenchReport Note(string figure, string what)
    {
        _table.AddRow(figure, "", "", "", Markup.Escape(what));
        return this;
    }

    /// <summary>Prints it.</summary>
    public void Print(bool json)
    {
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(_table);
        if (json) Console.WriteLine(new JsonObject { ["bench"] = name, ["figures"] = _figures.DeepClone() }.ToJsonString());
    }

    private static string Bounded(string what, double bound, bool kept) => string.Create(CultureInfo.InvariantCulture, $"{what}; bound {bound}{(kept ? "" : ", missed")}");

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
