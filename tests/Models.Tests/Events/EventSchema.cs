using System.Text.Json;
using Json.Schema;

namespace ActorPipeline.Events;

/// <summary>docs/events.schema.json, to which everything that is sent is held.</summary>
internal static class EventSchema
{
    private static readonly JsonSchema Schema = Load();

    private static readonly JsonSchema Frame = new JsonSchemaBuilder().Ref($"{Schema.BaseUri}#/$defs/frame");

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List };

    /// <summary>What is wrong with an event; empty where nothing is.</summary>
    public static string Faults(string json) => Faults(Schema, json);

    /// <summary>What is wrong with a line of results; empty where nothing is.</summary>
    public static string LineFaults(string json) => Faults(Frame, json);

    private static string Faults(JsonSchema schema, string json)
    {
        using var document = JsonDocument.Parse(json);
        var result = schema.Evaluate(document.RootElement, Options);
        if (result.IsValid) return "";
        var faults = (result.Details ?? []).Where(d => d.Errors is { Count: > 0 }).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}"));
        return $"{json}: {string.Join("; ", faults.DefaultIfEmpty("invalid"))}";
    }

    private static JsonSchema Load()
    {
        using var stream = typeof(EventSchema).Assembly.GetManifestResourceStream("events.schema.json")!;
        var schema = JsonSchema.FromText(new StreamReader(stream).ReadToEnd());
        SchemaRegistry.Global.Register(schema);
        return schema;
    }
}
