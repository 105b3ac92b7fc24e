using System.Text.Json.Nodes;

namespace ActorPipeline.Operations;

/// <summary>The Grafana dashboard of the product.</summary>
internal static class Dashboard
{
    /// <summary>Its document.</summary>
    public static JsonObject Document { get; } = JsonNode.Parse(File.ReadAllText(ShareFiles.PathOf("grafana/actor-pipeline.json")))!.AsObject();

    /// <summary>Panels that show something.</summary>
    public static IReadOnlyList<JsonObject> Panels { get; } = [.. Document["panels"]!.AsArray().Select(p => p!.AsObject()).Where(p => $"{p["type"]}" != "row")];

    /// <summary>Each query with its panel's title, with Grafana's variables as Grafana would put them.</summary>
    /// <param name="window">The time that rates are taken over.</param>
    public static IReadOnlyList<(string Title, string Query)> Queries(string window) =>
        [.. Panels.SelectMany(p => p["targets"]!.AsArray().Select(t => ($"{p["title"]}", $"{t!["expr"]}".Replace("$__rate_interval", window, StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal))))];
}
