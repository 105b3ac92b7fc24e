using System.Text.Json.Nodes;
using Json.Schema;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>docs/index.schema.json, to which what is read is held.</summary>
internal static class IndexSchema
{
    private static readonly JsonSchema Schema = Load();

    /// <summary>Whether it lets an index pass.</summary>
    public static bool Takes(JsonNode index)
    {
        using var document = System.Text.Json.JsonDocument.Parse(index.ToJsonString());
        return Schema.Evaluate(document.RootElement).IsValid;
    }

    private static JsonSchema Load()
    {
        using var stream = typeof(IndexSchema).Assembly.GetManifestResourceStream("index.schema.json")!;
        return JsonSchema.FromText(new StreamReader(stream).ReadToEnd());
    }
}
