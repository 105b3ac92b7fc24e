using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Web;

/// <summary>The last minutes of memory, for the page.</summary>
internal static class HistoryJson
{
    /// <summary>What came after a point and a mark of those numbers; 0 for all there is. The state's gate is the caller's.</summary>
    public static JsonObject Of(LiveState state, long point, long mark, TimeSpan now) => new()
    {
        ["now"] = StatusJson.Seconds(now),
        ["points"] = new JsonArray([.. state.Memory.After(point, now).Select(p => (JsonNode)Json(p))]),
        ["marks"] = new JsonArray([.. state.MarksAfter(mark).Select(m => (JsonNode)Json(m))]),
    };

    private static JsonObject Json(MemoryPoint point) => new()
    {
        ["n"] = point.Number,
        ["t"] = StatusJson.Seconds(point.At),
        ["budget"] = point.Budget,
        ["measured"] = point.Measured,
        ["charges"] = new JsonObject(point.Charges.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value))),
    };

    private static JsonObject Json(Mark mark) => new()
    {
        ["n"] = mark.Number, ["t"] = StatusJson.Seconds(mark.At), ["kind"] = mark.Kind, ["who"] = mark.Who, ["text"] = mark.Text,
    };
}
