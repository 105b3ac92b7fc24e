using ActorPipeline.Catalog;

namespace ActorPipeline.Simulation;

/// <summary>A model as a simulation knows it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Footprint">What it needs in memory.</param>
/// <param name="LoadTime">How long a load takes; what a reload costs.</param>
/// <param name="UnloadTime">How long it takes until its memory is back, from the end of its last run.</param>
/// <param name="RunTime">How long one run takes on one lane.</param>
public sealed record TraceModel(ModelId Id, Footprint Footprint, TimeSpan LoadTime, TimeSpan UnloadTime, TimeSpan RunTime)
{
    /// <value>Whose requests for memory go first: higher before lower. Default 0.</value>
    public int Priority { get; init; }

    /// <value>Whether it is never asked to yield once it is loaded. Default false.</value>
    public bool Pin { get; init; }
}

/// <summary>One piece of work: a run of a model.</summary>
/// <param name="At">When it arrives, from the beginning of the trace.</param>
/// <param name="Model">Its model: an index into <see cref="WorkloadTrace.Models"/>.</param>
public readonly record struct TraceRequest(TimeSpan At, int Model)
{
    /// <summary>When it is due, from the beginning of the trace; null for no deadline.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>An earlier request that must be done before (the detector's run on the same frame): its index; -1 for none.</summary>
    public int After { get; init; } = -1;
}

/// <summary>
/// What is asked of a machine, in order. Request n is revealed when its time has come and all before n - <see cref="Window"/> + 1 are
/// done: so many are in flight at most, and among those that are, the order is free.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Models">The models.</param>
/// <param name="Requests">What is asked, in the order of capture; times never fall, and <see cref="TraceRequest.After"/> points back.</param>
public sealed record WorkloadTrace(string Name, IReadOnlyList<TraceModel> Models, IReadOnlyList<TraceRequest> Requests)
{
    /// <summary>Stands for any number of requests in flight.</summary>
    public const int Unbounded = int.MaxValue;

    /// <value>Requests in flight at most, from the oldest that is not done; from 1. Default <see cref="Unbounded"/>.</value>
    public int Window { get; init; } = Unbounded;

    /// <value>Runs at once; from 1. Default 2.</value>
    public int Lanes { get; init; } = 2;

    /// <summary>What models may have in memory, pool by pool.</summary>
    public required PoolVector Budget { get; init; }

    /// <summary>What all models that are asked for would take together, loaded, on all lanes.</summary>
    public PoolVector Resident =>
        Requests.Select(r => r.Model).Distinct().Aggregate(PoolVector.Zero, (sum, m) => sum + Models[m].Footprint.ResidentLease(Lanes));
}
