using System.Diagnostics.Metrics;
using ActorPipeline.Cluster;

namespace ActorPipeline.Metering;

/// <summary>Instruments of a node among others: who is there, what is handed off, what is served.</summary>
internal sealed class NeighbourInstruments
{
    private readonly Gauge<long> _neighbours;
    private readonly Counter<long> _handedOff;
    private readonly Counter<long> _size;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _served;
    private readonly Dictionary<string, bool> _reachable = [];
    private readonly WordBound _nodes = new(64);
    private readonly WordBound _outcomes = new();

    public NeighbourInstruments(Meter meter)
    {
        _neighbours = meter.CreateGauge<long>("actor_pipeline.neighbours", "{node}", "Other nodes by state: reachable or unreachable.");
        _handedOff = meter.CreateCounter<long>("actor_pipeline.handoff.crops", "{crop}", "Crops that neighbours took, by how that ended.");
        _size = meter.CreateCounter<long>("actor_pipeline.handoff.size", "By", "Bytes of crops sent to neighbours.");
        _duration = meter.CreateHistogram("actor_pipeline.handoff.duration", "s", "From sending crops to a neighbour to their end.", tags: null, Buckets.Work);
        _served = meter.CreateCounter<long>("actor_pipeline.served.crops", "{crop}", "Crops of neighbours, by how they ended.");
    }

    public void Apply(NeighbourChanged changed)
    {
        if (changed.Change == "gone") _reachable.Remove(changed.Node);
        else _reachable[changed.Node] = changed.Change != "unreachable";
        var reachable = _reachable.Values.Count(there => there);
        _neighbours.Record(reachable, new KeyValuePair<string, object?>("state", "reachable"));
        _neighbours.Record(_reachable.Count - reachable, new KeyValuePair<string, object?>("state", "unreachable"));
    }

    public void Apply(CropsHandedOff handed)
    {
        var node = new KeyValuePair<string, object?>("node", _nodes.Of(handed.Node));
        var outcome = new KeyValuePair<string, object?>("outcome", _outcomes.Of(handed.Outcome));
        _handedOff.Add(handed.Crops, node, outcome);
        _size.Add(handed.Bytes, node);
        _duration.Record(handed.Elapsed.TotalSeconds, node, outcome);
    }

    public void Apply(CropsServed served) =>
        _served.Add(served.Crops, new("node", _nodes.Of(served.Node)), new("outcome", _outcomes.Of(served.Outcome)));
}
