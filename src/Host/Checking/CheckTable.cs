using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using Spectre.Console;

namespace ActorPipeline.Hosting.Checking;

/// <summary>Shows a check to people.</summary>
internal static class CheckTable
{
    /// <summary>Writes it.</summary>
    public static void Write(CheckReport report, IAnsiConsole console)
    {
        console.WriteLine($"Files were looked at; no model was loaded. {report.Lanes} lanes run models.");
        if (report.Library is { } library) console.WriteLine($"ONNX Runtime {library.Version}, {library.Path ?? "the packaged one"}, by its {library.Way}: {string.Join(", ", library.Providers.Select(Short))}.");
        Pipelines(report, console);
        Models(report, console);
        Memory(report, console);
    }

    private static void Pipelines(CheckReport report, IAnsiConsole console)
    {
        if (report.Pipelines.Count == 0) return;
        var table = Table("pipeline", "source", "frames", "buffers");
        foreach (var pipeline in report.Pipelines)
        {
            var frames = pipeline.Source is { } source ? $"{source.MaxWidth} x {source.MaxHeight}{(source.FrameCount is { } count ? $", {count}" : "")}" : "unknown";
            table.AddRow(Escaped(pipeline.Settings.Id.Value), Escaped(pipeline.Settings.Source), frames, Escaped(pipeline.Plan?.Total.ToString() ?? $"unknown: {pipeline.Unknown}"));
        }
        console.Write(table);
    }

    private static void Models(CheckReport report, IAnsiConsole console)
    {
        if (report.Models.Count == 0) return;
        var table = Table("model", "file", "to load", "resident", "footprint", "engine", "alone beside the buffers");
        foreach (var model in report.Models.Values)
        {
            foreach (var variant in model.Variants)
            {
                var (need, inspection) = (report.NeedOf(model, variant), variant.Inspection);
                var title = model.HasChoice ? $"{model.Id} as {variant.Name}" : model.Id.Value;
                table.AddRow(Escaped(title), inspection.FileSize.ToString(), need.Load.ToString(), need.Resident.ToString(), inspection.Footprint.Source.ToString().ToLowerInvariant(),
                    inspection.Build > Bytes.Zero ? "to be built" : "nothing to build", Fits(report, inspection, need));
            }
        }
        console.Write(table);
    }

    private static void Memory(CheckReport report, IAnsiConsole console)
    {
        var unknown = report.Pipelines.Any(p => p.Plan is null) ? " (those that are known)" : "";
        console.WriteLine($"Budget {report.Budget}: {report.Buffers} for buffers{unknown}, {report.ForModels} for models. Machine: {report.Available?.ToString() ?? "unknown"} available, headroom {report.Headroom}.");
        foreach (var line in Together(report)) console.WriteLine(line);
    }

    /// <summary>What fits together, as sentences.</summary>
    internal static IEnumerable<string> Together(CheckReport report)
    {
        var sets = report.Together;
        if (sets.Count == 0) yield break;
        if (sets.Count == 1 && sets[0].Count == report.Models.Count)
        {
            yield return report.Models.Count == 1 ? $"Resident: {Names(sets[0])}." : $"Resident together: {Names(sets[0])}. Nothing has to take turns.";
            yield break;
        }
        if (report.Models.Count > Residency.MostModels) yield return $"More than {Residency.MostModels} models: pairs alone were looked at.";
        foreach (var set in sets) yield return set.Count == 1 ? $"Resident alone: {Names(set)}." : $"Resident together: {Names(set)}.";
        yield return "The models take turns under leases.";
    }

    private static string Fits(CheckReport report, ModelInspection model, ModelNeed need) =>
        Residency.Fits([need], report.ForModels) ? "[green]fits[/]"
        : model.Footprint.Source == FootprintSource.Estimated ? "[yellow]may not fit[/]" : "[red]does not fit[/]";

    // ONNX Runtime's names end alike.
    private static string Short(string provider) => provider.Replace("ExecutionProvider", "", StringComparison.Ordinal);

    private static string Names(IEnumerable<ModelNeed> models) => string.Join(" + ", models.Select(m => m.Name));

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns) table.AddColumn(new TableColumn(column));
        return table;
    }

    private static string Escaped(string text) => Markup.Escape(text);
}
