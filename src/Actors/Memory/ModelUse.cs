using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>What the ledger knows of one model beside its leases: what it is wanted for now, and how it was used before. Pure.</summary>
internal sealed class ModelUse(ModelId model)
{
    private readonly ModelHistory _history = new();
    private readonly Dictionary<string, PoolVector> _outgrown = [];

    /// <summary>The model.</summary>
    public ModelId Model { get; } = model;

    /// <summary>What it is wanted for; null before the first report.</summary>
    public ReportDemand? Demand { get; private set; }

    /// <summary>Its priority, as its last request said.</summary>
    public int Priority { get; set; }

    /// <summary>What loading it takes; zero before the first load.</summary>
    public TimeSpan ReloadTime => _history.ReloadTime;

    /// <summary>Whether anything is known to want it.</summary>
    public bool Wanted => Demand is { Total: > 0 };

    /// <summary>Whether this node wants it for itself.</summary>
    public bool WantedHere => Demand is { Own: > 0 };

    /// <summary>Whether only neighbours want it.</summary>
    public bool WantedByGuests => Wanted && !WantedHere;

    /// <summary>A report of demand.</summary>
    public void Report(ReportDemand demand, TimeSpan now)
    {
        Demand = demand;
        _history.Demand(Wanted, now);
    }

    /// <summary>It was loaded.</summary>
    /// <param name="took">From the grant to being ready.</param>
    /// <param name="now">The present.</param>
    public void Loaded(TimeSpan took, TimeSpan now) => _history.Loaded(took, now);

    /// <summary>What a variant was seen to take where that was more than it was granted; nothing where it never was.</summary>
    public PoolVector Outgrown(string variant) => _outgrown.GetValueOrDefault(variant, PoolVector.Zero);

    /// <summary>A variant takes more than it was granted.</summary>
    public void Outgrew(string variant, PoolVector bytes) => _outgrown[variant] = PoolVector.Max(Outgrown(variant), bytes);

    /// <summary>How a policy sees it.</summary>
    public Residency Seen(Lease lease) =>
        new(lease.Id, Model, lease.Bytes, (Demand?.Queued + Demand?.Running - Demand?.Guests) ?? 0, Demand?.Foreseen ?? 0, _history.LastUsed)
        {
            ReloadTime = _history.ReloadTime, MeanInterval = _history.MeanInterval, Deadline = Demand?.OldestDeadline, Priority = Priority,
        };
}
