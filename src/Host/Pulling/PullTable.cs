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
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["model", "kind", "size", "licence", "what it is"]) table.AddColumn(new TableColumn(column));
        foreach (var model in index.Models) table.AddRow(Markup.Escape(model.Name), ModelList.Word(model.Kind), $"{new Bytes(model.Size)}", Markup.Escape(model.Licence.Id), Markup.Escape(model.Description));
        console.Write(table);
    }

    /// <summary>One, with all that an answer to its licence may turn on; in lines that nothing wraps, so that sums can be compared.</summary>
    public static void Write(PullTarget target, TextWriter output)
    {
        var model = target.Model;
        output.WriteLine($"{model.Name}: {model.Description} ({ModelList.Word(model.Kind)}, {new Bytes(model.Size)})");
        output.WriteLine($"Into {target.Place}, by their SHA-256:");
        foreach (var file in model.Files) output.WriteLine($"{file.Sha256}  {file.Name} ({new Bytes(file.Size)})");
        output.WriteLine($"Licence: {model.Licence.Id}{(model.Licence.Address is { } address ? $", {address}" : "")}");
        if (model.Licence.Text is { } text) output.WriteLine(text);
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
}
