using ActorPipeline.Catalog;
using Spectre.Console;
using static System.FormattableString;

namespace ActorPipeline.Hosting.Measuring;

/// <summary>Shows measured footprints to people, beside what the models were counted with before.</summary>
internal static class MeasureTable
{
    /// <summary>Writes it.</summary>
    public static void Write(MeasureReport report, IAnsiConsole console)
    {
        var lanes = report.Lanes > 1 ? new[] { 1, report.Lanes } : [1];
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["model", "footprint", "to load", "resident", .. lanes.Select(OnLanes), "lease", "load", "run", "came back"])
            table.AddColumn(new TableColumn(column));
        foreach (var model in report.Models)
        {
            table.AddRow(Row(report, Markup.Escape(model.Model), model.Before, lanes, "", "", ""));
            table.AddRow(model.Measured is { Record: var record, Key: var key }
                ? Row(report, key.Provider.ToString().ToLowerInvariant() + " " + key.Precision, record.ToFootprint(report.Lanes), lanes, Time(record.LoadTime), Time(record.RunTime), $"{100 * record.Returned:0} %", l => record.RunPeakOf(l))
                : ["", "[red]not measured[/]"]);
        }
        console.Write(table);
        BatchesTable(report, lanes, console);
        foreach (var model in report.Models.Where(m => m.Measured is not null))
            console.WriteLine($"{model.Model} runs on {model.Measured!.ProviderReason}; the first use of it costs the process {model.Measured.Record.Fixed} besides.");
        console.WriteLine(report.Kept ? $"Kept in {report.File}." : $"Not kept: {report.File} cannot be written.");
    }

    /// <summary>What each batch costs, of models that run several crops at once.</summary>
    private static void BatchesTable(MeasureReport report, int[] lanes, IAnsiConsole console)
    {
        var measured = report.Models.Where(m => m.Measured?.Record.Batches is not null).ToArray();
        if (measured.Length == 0) return;
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["model", "crops at once", "for each crop", .. lanes.Select(OnLanes)]) table.AddColumn(new TableColumn(column));
        foreach (var model in measured)
            foreach (var (batch, cost) in model.Measured!.Record.Batches!.Costs.OrderBy(c => c.Key))
                table.AddRow([Markup.Escape(model.Model), $"{batch}", Invariant($"{cost.Crop.TotalMilliseconds:0.00} ms"), .. lanes.Select(l => $"+ {cost.Run.GetValueOrDefault(l)}")]);
        console.Write(table);
        foreach (var model in measured) console.WriteLine($"Crops at once, {model.Model}: {model.Measured!.Batching.Why}.");
    }

    private static string OnLanes(int lanes) => lanes == 1 ? "on 1 lane" : $"on {lanes} lanes";

    private static string[] Row(
        MeasureReport report, string first, Footprint footprint, int[] lanes, string load, string run, string returned, Func<int, Bytes?>? peak = null) =>
    [
        first, MeasureReport.Word(footprint.Source), $"{footprint.Load.Total}", $"{footprint.Resident.Total}",
        .. lanes.Select(l => $"+ {peak?.Invoke(l) ?? (footprint.Run * l).Total}"), $"{report.LeaseOf(footprint)}", load, run, returned,
    ];

    private static string Time(TimeSpan? time) => time is { } value ? Invariant($"{value.TotalMilliseconds:0.0} ms") : "";
}
