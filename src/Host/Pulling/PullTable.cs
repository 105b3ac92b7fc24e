using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Listing;
using Spectre.Console;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Shows an index, and a model of it before it is pulled.</summary>
internal static class PullTable
{
    /// <summary>All models.</summary>
    public static void Write(ModelIndex index, IAnsiConsole console)
    {
        var table = Titled("model", "kind", "size", "licence", "what it is");
        foreach (var model in index.Models) table.AddRow(Markup.Escape(model.Name), ModelList.Word(model.Kind), $"{new Bytes(model.Size)}", Markup.Escape(model.Licence.Id), Markup.Escape(model.Description));
        console.Write(table);
    }

    /// <summary>One, with all that an answer to its licence may turn on.</summary>
    public static void Write(PullTarget target, IAnsiConsole console)
    {
        var model = target.Model;
        console.WriteLine($"{model.Name}: {model.Description} ({ModelList.Word(model.Kind)}, {new Bytes(model.Size)}), into {target.Place}");
        var table = Titled("file", "size", "SHA-256");
        foreach (var file in model.Files) table.AddRow(Markup.Escape(file.Name), $"{new Bytes(file.Size)}", file.Sha256);
        console.Write(table);
        console.WriteLine($"Licence: {model.Licence.Id}{(model.Licence.Address is { } address ? $", {address}" : "")}");
        if (model.Licence.Text is { } text) console.WriteLine(text);
    }

    /// <summary>A model for programs.</summary>
    public static JsonObject ToJson(IndexedModel model) => new()
    {
        ["name"] = model.Name,
        ["description"] = model.Description,
        ["kind"] = ModelList.Word(model.Kind),
        ["bytes"] = model.Size,
        ["licence"] = new JsonObject { ["id"] = model.Licence.Id, ["url"] = model.Licence.Address?.AbsoluteUri, ["text"] = model.Licence.Text },
        ["files"] = new JsonArray([.. model.Files.Select(f => new JsonObject { ["role"] = ModelList.Word(f.Role), ["name"] = f.Name, ["bytes"] = f.Size, ["sha256"] = f.Sha256 })]),
    };

    private static Table Titled(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns) table.AddColumn(new TableColumn(column));
        return table;
    }
}
