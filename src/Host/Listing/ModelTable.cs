using Spectre.Console;

namespace ActorPipeline.Hosting.Listing;

/// <summary>Shows models to people.</summary>
internal static class ModelTable
{
    /// <summary>Writes them.</summary>
    public static void Write(IReadOnlyList<ListedModel> models, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["model", "kind", "input", "labels", "forms", "footprint"]) table.AddColumn(new TableColumn(column));
        foreach (var model in models)
        {
            table.AddRow(
                Markup.Escape(model.Name), model.Kind is { } kind ? ModelList.Word(kind) : "?", model.Input is var (width, height) ? $"{width} x {height}" : "?",
                model.Labels is { } labels ? $"{labels}" : "", Markup.Escape(string.Join(", ", model.Forms)), model.Footprint is { } footprint ? ModelList.Word(footprint) : "");
        }
        console.Write(table);
        foreach (var model in models.Where(m => m.Fault is not null)) console.WriteLine($"{model.Name}: {model.Fault}");
    }
}
