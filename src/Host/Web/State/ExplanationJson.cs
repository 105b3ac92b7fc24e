using System.Text.Json.Nodes;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting.Web;

/// <summary>Why a model is or is not in memory, for the page.</summary>
internal static class ExplanationJson
{
    /// <summary>The object; bytes and milliseconds.</summary>
    public static JsonObject Of(ModelExplanation why) => new()
    {
        ["model"] = why.Model.Value,
        ["state"] = why.State,
        ["holdsBytes"] = why.Holds.Total.Count,
        ["needBytes"] = why.Need.Total.Count,
        ["budgetBytes"] = why.Budget.Total.Count,
        ["freeBytes"] = why.Free.Total.Count,
        ["ahead"] = why.Ahead,
        ["text"] = why.Text,
        ["considered"] = new JsonArray([.. why.Considered.Select(c => (JsonNode)new JsonObject
        {
            ["model"] = c.Model.Value, ["bytes"] = c.Bytes.Total.Count, ["wanted"] = c.Wanted, ["reloadMs"] = Math.Round(c.ReloadTime.TotalMilliseconds, 1), ["spared"] = c.Spared, ["chosen"] = c.Chosen,
        })]),
    };
}
