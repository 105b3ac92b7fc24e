using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorPipeline.Simulation;

/// <summary>
/// Writes a trace as JSON lines while it happens: a header, then one line for each request. Times are milliseconds, sizes bytes.
/// <see cref="TraceReader"/> reads it.
/// </summary>
/// <remarks>Not safe for several threads; the writer given stays its owner's. Nothing is kept but the names of the models.</remarks>
public sealed class TraceWriter
{
    /// <summary>What stands in the header as "trace".</summary>
    public const string Format = "actor-pipeline";

    /// <summary>What stands in the header as "version".</summary>
    public const int Version = 1;

    private readonly TextWriter _output;
    private readonly Dictionary<string, int> _models = [];
    private int _requests;

    /// <summary>Writes the header.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="header">A trace of which only the requests are not looked at.</param>
    public TraceWriter(TextWriter output, WorkloadTrace header)
    {
        _output = output;
        for (var i = 0; i < header.Models.Count; i++) _models[header.Models[i].Id.Value] = i;
        _output.WriteLine(new JsonObject
        {
            ["trace"] = Format,
            ["version"] = Version,
            ["name"] = header.Name,
            ["lanes"] = header.Lanes,
            ["window"] = header.Window == WorkloadTrace.Unbounded ? null : header.Window,
            ["budget"] = Json(header.Budget),
            ["models"] = new JsonArray([.. header.Models.Select(m => (JsonNode)Json(m))]),
        }.ToJsonString());
    }

    /// <summary>Writes one request.</summary>
    /// <returns>Its number, for the <see cref="TraceRequest.After"/> of a later one.</returns>
    public int Write(TraceRequest request)
    {
        var line = new JsonObject { ["at"] = Ms(request.At), ["model"] = request.Model };
        if (request.Deadline is { } deadline) line["due"] = Ms(deadline);
        if (request.After >= 0) line["after"] = request.After;
        _output.WriteLine(line.ToJsonString());
        return _requests++;
    }

    /// <summary>The index of a model by its name; -1 where the header does not have it.</summary>
    public int IndexOf(string model) => _models.GetValueOrDefault(model, -1);

    /// <summary>Writes a whole trace.</summary>
    public static void Write(TextWriter output, WorkloadTrace trace)
    {
        var writer = new TraceWriter(output, trace);
        foreach (var request in trace.Requests) writer.Write(request);
    }

    private static JsonObject Json(TraceModel model) => new()
    {
        ["id"] = model.Id.Value,
        ["load"] = Json(model.Footprint.Load),
        ["resident"] = Json(model.Footprint.Resident),
        ["run"] = Json(model.Footprint.Run),
        ["footprint"] = JsonNamingPolicy.CamelCase.ConvertName(model.Footprint.Source.ToString()),
        ["loadMs"] = Ms(model.LoadTime),
        ["unloadMs"] = Ms(model.UnloadTime),
        ["runMs"] = Ms(model.RunTime),
        ["priority"] = model.Priority,
        ["pin"] = model.Pin,
    };

    private static JsonObject Json(PoolVector bytes) => new(bytes.Select(b => KeyValuePair.Create(b.Key.Name, (JsonNode?)b.Value.Count)));

    // A decimal keeps every tick of a time, and 0.1 ms stays 0.1.
    private static decimal Ms(TimeSpan time) => (decimal)time.Ticks / TimeSpan.TicksPerMillisecond;
}
