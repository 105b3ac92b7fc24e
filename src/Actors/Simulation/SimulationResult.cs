using ActorPipeline.Catalog;

namespace ActorPipeline.Simulation;

/// <summary>How a trace went.</summary>
public sealed record SimulationResult
{
    /// <summary>Models that were asked for.</summary>
    public required int Models { get; init; }

    /// <summary>Requests of the trace.</summary>
    public required int Requests { get; init; }

    /// <summary>Requests that were done.</summary>
    public required int Done { get; init; }

    /// <summary>Loads, the first of each model among them.</summary>
    public required int Loads { get; init; }

    /// <summary>What all loads took together.</summary>
    public required TimeSpan ReloadCost { get; init; }

    /// <summary>Times that a model was asked to yield.</summary>
    public required int Turns { get; init; }

    /// <summary>Requests that ended without being done, because a lease for their model was denied for good.</summary>
    public required int Refusals { get; init; }

    /// <summary>Leases denied with a time to ask again.</summary>
    public required int Postponed { get; init; }

    /// <summary>How late requests with a deadline were done: half of them less than this; zero for those in time.</summary>
    public required TimeSpan LatenessP50 { get; init; }

    /// <summary>99 of 100 less than this.</summary>
    public required TimeSpan LatenessP99 { get; init; }

    /// <summary>The latest.</summary>
    public required TimeSpan LatenessMax { get; init; }

    /// <summary>Requests done after their deadline.</summary>
    public required int Late { get; init; }

    /// <summary>The most that models held above the budget at any moment: what they truly take, not what is charged.</summary>
    public required Bytes OverBudget { get; init; }

    /// <summary>From the beginning to the last request done.</summary>
    public required TimeSpan Makespan { get; init; }

    /// <summary>Share of the lanes' time in which they ran something. 0 to 1.</summary>
    public required double Utilisation { get; init; }

    /// <summary>Loads of each model that was loaded.</summary>
    public required IReadOnlyDictionary<ModelId, int> LoadsByModel { get; init; }
}
