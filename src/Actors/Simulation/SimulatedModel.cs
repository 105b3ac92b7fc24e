using ActorPipeline.Memory;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Simulation;

/// <summary>A model of a simulation: what a ModelActor and the board's entry know between them.</summary>
internal sealed class SimulatedModel(int index, TraceModel model, int lanes)
{
    internal enum Phase
    {
        Unloaded,
        Waiting,
        Loading,
        Ready,
        Draining,
        Unloading,
    }

    private readonly Dictionary<int, int> _behind = [];

    public int Index { get; } = index;

    public TraceModel Model { get; } = model;

    /// <summary>What its lease request offers.</summary>
    public LeaseVariant[] Variants { get; } = [new LeaseVariant("default", model.Footprint)];

    /// <summary>What it takes with all lanes running; for people.</summary>
    public PoolVector Whole { get; } = model.Footprint.ResidentLease(lanes);

    /// <summary>Requests that wait for it, the oldest first.</summary>
    public PriorityQueue<int, int> Queue { get; } = new();

    public Phase State { get; set; }

    public LeaseId Lease { get; set; }

    public int Running { get; set; }

    public int Loads { get; set; }

    /// <summary>Whether a lease was denied for good: everything that asks for it is refused.</summary>
    public bool Refused { get; set; }

    /// <summary>What the ledger was told last.</summary>
    public ReportDemand? Reported { get; set; }

    /// <summary>Whether there is news that the ledger was not told yet.</summary>
    public bool IsStale { get; set; }

    /// <summary>Models whose requests are followed by requests for this one that are in flight.</summary>
    public HashSet<int> Followers { get; } = [];

    /// <summary>A request in flight for it waits for one of another model; or does no longer.</summary>
    public void Follow(int via, int change)
    {
        var count = _behind.GetValueOrDefault(via) + change;
        if (count == 0) _behind.Remove(via);
        else _behind[via] = count;
    }

    /// <summary>Requests in flight that will ask for it and wait for models that are ready now.</summary>
    public int Foreseen(Func<int, bool> ready)
    {
        var sum = 0;
        foreach (var (via, count) in _behind)
            if (ready(via)) sum += count;
        return sum;
    }
}
