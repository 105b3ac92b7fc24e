using System.Text.Json.Nodes;
using ActorPipeline.Cluster;

namespace ActorPipeline.Hosting.Running;

/// <summary>What a node did for others in a run, and others for it. Written by the observer, read by others: each under <see cref="RunRecord.Gate"/>.</summary>
internal sealed class ClusterRecord
{
    private const int MostNames = 256;

    private readonly SortedDictionary<string, long> _servedBy = [];
    private readonly SortedDictionary<string, long> _ends = [];
    private readonly SortedDictionary<string, long> _servedEnds = [];
    private LatencyRecord? _elapsed;
    private readonly HashSet<string> _heard = [];
    private long _answeredCrops;
    private long _bytes;
    private long _servedCrops;
    private long _unreachable;

    /// <summary>Nodes that were heard of.</summary>
    public int Nodes => _heard.Count;

    public void Apply(NeighbourChanged changed)
    {
        if (changed.Change == "heard" && _heard.Count < MostNames) _heard.Add(changed.Node);
        if (changed.Change == "unreachable") _unreachable++;
    }

    public void Apply(CropsHandedOff handed)
    {
        Count(_ends, handed.Outcome);
        _bytes += handed.Bytes;
        if (handed.Outcome != "answered") return;
        _answeredCrops += handed.Crops;
        (_elapsed ??= new LatencyRecord()).Add(handed.Elapsed);
        // A neighbour without a name of its own has another one after each start.
        var by = _servedBy.Count < MostNames || _servedBy.ContainsKey(handed.Node) ? handed.Node : "others";
        _servedBy[by] = _servedBy.GetValueOrDefault(by) + handed.Crops;
    }

    public void Apply(CropsServed served)
    {
        Count(_servedEnds, served.Outcome);
        if (served.Outcome == "answered") _servedCrops += served.Crops;
    }

    /// <summary>The summary's part.</summary>
    public JsonObject ToJson() => new()
    {
        ["nodesHeard"] = Nodes,
        // How often any of them fell silent: a figure of the network and of the machines.
        ["unreachable"] = _unreachable,
        ["handedOff"] = new JsonObject
        {
            ["crops"] = _answeredCrops,
            ["bytes"] = _bytes,
            ["batches"] = Json(_ends),
            ["by"] = Json(_servedBy),
            ["msP50"] = _elapsed?.Percentile(0.50) ?? 0,
            ["msP99"] = _elapsed?.Percentile(0.99) ?? 0,
        },
        ["served"] = new JsonObject { ["crops"] = _servedCrops, ["batches"] = Json(_servedEnds) },
    };

    private static void Count(SortedDictionary<string, long> ends, string outcome) => ends[outcome] = ends.GetValueOrDefault(outcome) + 1;

    private static JsonObject Json(SortedDictionary<string, long> counts) => new(counts.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value)));
}
