using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>A model's story for programs: one object, bytes and milliseconds.</summary>
internal static class StoryJson
{
    /// <summary>The object.</summary>
    public static JsonObject Of(ModelStory story, DecisionHeader header) => new()
    {
        ["model"] = story.Model,
        ["configuration"] = header.Configuration,
        ["start"] = header.Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["state"] = story.State,
        ["stateReason"] = story.StateReason,
        ["over"] = story.Over,
        ["runMs"] = Round(story.RunMs),
        ["heldMs"] = Round(story.HeldMs),
        ["heldShare"] = Round(story.RunMs > 0 ? story.HeldMs / story.RunMs : 0),
        ["budgetBytes"] = header.BudgetBytes,
        ["effectiveBudgetBytes"] = Json(story.Budget),
        ["loadBytes"] = story.LoadBytes,
        ["residentBytes"] = story.ResidentBytes,
        ["beside"] = story.Beside is { } beside ? new JsonArray([.. beside.Select(h => (JsonNode)new JsonObject { ["name"] = h.Name, ["kind"] = h.Kind, ["bytes"] = h.Bytes })]) : null,
        ["loads"] = Json(story.Loads),
        ["loadsByVariant"] = new JsonObject(story.Variants.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
        ["unloads"] = story.Unloads,
        ["waits"] = Json(story.Waits),
        ["waited"] = Json(story.Waited),
        ["asked"] = Json(story.Asked),
        ["couldNotAsk"] = Json(story.CouldNotAsk),
        ["left"] = Json(story.Left),
        ["spared"] = Json(story.Spared),
        ["denied"] = Json(story.Denied),
        ["failures"] = Json(story.Failures),
    };

    private static JsonObject Json(Times times) => new() { ["count"] = times.Count, ["p50Ms"] = times.P50, ["maxMs"] = Round(times.Max) };

    private static JsonArray Json(Tallies tallies) => new([.. tallies.All.Select(t => (JsonNode)Json(t))]);

    private static JsonObject Json(Tally tally) => new()
    {
        ["what"] = tally.What,
        ["model"] = tally.Who,
        ["count"] = tally.Count,
        ["needBytes"] = Json(tally.Need),
        ["freeBytes"] = Json(tally.Free),
        ["freesBytes"] = Json(tally.Frees),
        ["reload"] = tally.Reload.Count > 0 ? Json(tally.Reload) : null,
        ["reason"] = tally.Reason,
    };

    private static JsonObject? Json(Spread? span) => span is { } s ? new JsonObject { ["least"] = (long)s.Least, ["most"] = (long)s.Most } : null;

    private static double Round(double value) => Math.Round(value, 3);
}
