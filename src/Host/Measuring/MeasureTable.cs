using ActorPipeline.Catalog;
using Spectre.Console;

namespace ActorPipeline.Hosting.Measuring;

/// <summary>Shows measured footprints to people, beside what the models were counted with before.</summary>
internal static class MeasureTable
{
    /// <summary>Writes it.</summary>
    public static void Write(MeasureReport report, IAnsiConsole console)
    {
        var lanes = report.Lanes > 1 ? new[] { 1, report.Lanes } : [1];
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["model", "footprint", "to load", "resident", .. lanes.Select(l => l == 1 ? "on 1 lane" : $"on {l} lanes"), "lease", "load", "run", "came back"])
            table.AddColumn(new TableColumn(column));
        foreach (var model in report.Models)
        {
            table.AddRow(Row(report, Markup.Escape(model.Model), model.Before, lanes, "", "", ""));
            table.AddRow(model.Measured is { Record: var record, Key: var key }
                ? Row(report, key.Provider.ToString().ToLowerInvariant() + " " + key.Precision, record.ToFootprint(report.Lanes), lanes, Time(record.LoadTime), Time(record.RunTime), $"{100 * record.Returned:0} %", l => record.RunPeakOf(l))
                : ["", "[red]not measured[/]"]);
        }
        console.Write(table);
        foreach (var model in report.Models.Where(m => m.Measured is not null))
            console.WriteLine($"{model.Model} runs on {model.Measured!.ProviderReason}; the first use of it costs the process {model.Measured.Record.Fixed} besides.");
        console.WriteLine(report.Kept ? $"Kept in {report.File}." : $"Not kept: {report.File} cannot be written.");
    }

    private static string[] Row(
        MeasureReport report, string first, Footprint footprint, int[] lanes, string load, string run, string returned, Func<int, Bytes?>? peak = null) =>
    [
        first, MeasureReport.Word(footprint.Source), $"{footprint.Load.Total}", $"{footprint.Resident.Total}",
        .. lanes.Select(l => $"+ {peak?.Invoke(l) ?? (footprint.Run * l).Total}"), $"{report.LeaseOf(footprint)}", load, run, returned,
    ];

    private static string Time(TimeSpan? time) => time is { } value ? FormattableString.Invariant($"{value.TotalMilliseconds:0.0} ms") : "";
}
