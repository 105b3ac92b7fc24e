using ActorPipeline.Catalog;

namespace ActorPipeline.Simulation;

/// <summary>Small traces, by letters.</summary>
internal static class Traces
{
    /// <summary>One request for each letter; each model takes 10 MiB and 100 ms to load unless told otherwise.</summary>
    public static WorkloadTrace Of(string requests, double budget, int window, params TraceModel[] models)
    {
        var names = requests.Distinct().Order().ToArray();
        var known = names.Select(n => models.FirstOrDefault(m => m.Id.Value == n.ToString()) ?? Model(n)).ToArray();
        return new WorkloadTrace(requests, known, [.. requests.Select(r => new TraceRequest(TimeSpan.Zero, Array.IndexOf(names, r)))])
        {
            Window = window,
            Budget = PoolVector.OfHost(Bytes.MiB(budget)),
        };
    }

    public static TraceModel Model(char name, double mebibytes = 10, double loadMs = 100) => new(
        new ModelId(name.ToString()), Footprint.Declared(Bytes.MiB(mebibytes), Bytes.MiB(mebibytes), Bytes.Zero),
        TimeSpan.FromMilliseconds(loadMs), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10));
}
