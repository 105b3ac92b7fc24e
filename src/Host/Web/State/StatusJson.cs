using System.Reflection;
using System.Text.Json.Nodes;
using ActorPipeline.Memory;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting.Web;

/// <summary>How it stands, for programs: one object, bytes and milliseconds. Its keys are a contract.</summary>
internal static class StatusJson
{
    private static readonly string Version = typeof(StatusJson).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>The object; the state's gate is the caller's.</summary>
    /// <param name="state">How it stands.</param>
    /// <param name="name">The configuration's name.</param>
    /// <param name="now">The present, on the actors' clock.</param>
    /// <param name="board">How busy lanes are; null where nobody said.</param>
    public static JsonObject Of(LiveState state, string name, TimeSpan now, BoardView? board)
    {
        var health = HealthView.Of(state, now);
        return new JsonObject
        {
            ["name"] = name,
            ["version"] = Version,
            ["now"] = Seconds(now),
            ["runningSeconds"] = state.Started is { } started ? Seconds(now - started) : 0,
            ["live"] = health.IsLive,
            ["ready"] = health.IsReady,
            ["reasons"] = Texts(health.Dead.Concat(health.NotReady)),
            ["pipelines"] = new JsonArray([.. state.Pipelines.Select(p => (JsonNode)Pipeline(state, p.Key.Value, p.Value, now))]),
            ["memory"] = Memory(state),
            ["models"] = new JsonArray([.. state.Models.Keys.Select(model => (JsonNode)Model(state, model, board))]),
            ["pictures"] = state.Settings.Web.Pictures,
            ["lanes"] = board?.Lanes,
            ["neighbours"] = state.Settings.Cluster.Enabled ? Neighbours(state) : null,
        };
    }

    /// <summary>Seconds to the millisecond.</summary>
    public static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 3);

    /// <summary>Texts as they are: who shows them takes care that they are only shown.</summary>
    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonObject Pipeline(LiveState state, string id, PipelineState pipeline, TimeSpan now) => new()
    {
        ["id"] = id,
        ["state"] = state.Ended ? "ended" : state.Started is null ? "starting" : pipeline.Paused ? "paused" : pipeline.Outage is not null ? "interrupted" : "running",
        ["reason"] = pipeline.Outage ?? "",
        ["fps"] = Math.Round(pipeline.FramesPerSecond(now), 2),
        ["cropsPerSecond"] = Math.Round(pipeline.CropsPerSecond(now), 2),
        ["latencyMs"] = new JsonObject { ["latest"] = pipeline.LatestMedianMs, ["p99"] = pipeline.P99Ms },
        ["captured"] = pipeline.Captured,
        ["outcomes"] = new JsonObject(pipeline.Outcomes.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))),
        ["inFlight"] = pipeline.InFlight,
        ["window"] = pipeline.Window,
        ["interruptions"] = pipeline.Interruptions,
    };

    private static JsonObject Memory(LiveState state) => new()
    {
        ["configuredBytes"] = state.Configured.Count,
        ["budgetBytes"] = state.Memory.Budget.Count,
        ["budgetWhy"] = state.BudgetWhy,
        ["chargedBytes"] = state.Memory.Charged.Count,
        ["measuredBytes"] = state.Memory.Measured.Count,
        ["debtBytes"] = state.Debt.Count,
        ["granted"] = state.Count(LeaseChange.Granted),
        ["denied"] = state.Count(LeaseChange.Denied),
        ["yielded"] = state.Count(LeaseChange.Yielded),
    };

    private static JsonObject Model(LiveState state, string name, BoardView? board)
    {
        var model = state.Models[name];
        ModelView? view = board is not null && board.Models.TryGetValue(new(name), out var found) ? found : null;
        return new JsonObject
        {
            ["id"] = name,
            ["state"] = Word(model.State.ToString()),
            ["reason"] = state.Reasons.GetValueOrDefault(name, ""),
            ["variant"] = model.Variant,
            ["provider"] = model.Provider,
            ["pinned"] = state.Pinned.Contains(name),
            ["loads"] = model.Loads,
            ["unloads"] = model.Unloads,
            ["lastLoadMs"] = model.LoadMs is [.., var last] ? Math.Round(last, 1) : null,
            ["queueMs"] = view is { } v ? Math.Round(v.Queue.TotalMilliseconds, 1) : null,
            ["partMs"] = view?.Part is { } part ? Math.Round(part.TotalMilliseconds, 2) : null,
        };
    }

    private static JsonObject Neighbours(LiveState state) => new()
    {
        ["nodes"] = new JsonArray([.. state.Neighbours.Select(n => (JsonNode)new JsonObject { ["name"] = n.Key, ["state"] = n.Value })]),
        ["traffic"] = state.Cluster.ToJson(),
    };

    /// <summary>AwaitingLease is "awaiting-lease".</summary>
    private static string Word(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
