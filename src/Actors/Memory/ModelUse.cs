using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>What the ledger has seen of one model's use: what it is wanted for, when it was used, what loading it takes. Pure.</summary>
internal sealed class ModelUse(ModelId model)
{
    /// <summary>The newest observation's share of a smoothed value.</summary>
    private const double Newest = 0.3;

    private TimeSpan? _onset;

    /// <summary>The model.</summary>
    public ModelId Model { get; } = model;

    /// <summary>What it is wanted for; null before the first report.</summary>
    public ReportDemand? Demand { get; private set; }

    /// <summary>When it last had work.</summary>
    public TimeSpan LastUsed { get; private set; }

    /// <summary>Time between the beginnings of its demand, smoothed; null before the second.</summary>
    public TimeSpan? MeanInterval { get; private set; }

    /// <summary>What a load takes, smoothed; zero before the first.</summary>
    public TimeSpan ReloadTime { get; private set; }

    /// <summary>Its priority, as its last request said.</summary>
    public int Priority { get; set; }

    /// <summary>Whether anything is known to want it.</summary>
    public bool Wanted => Demand is { Total: > 0 };

    /// <summary>A report of demand.</summary>
    public void Report(ReportDemand demand, TimeSpan now)
    {
        if (demand.Total > 0 || Wanted) LastUsed = now;
        if (demand.Total > 0 && !Wanted) Begin(now);
        Demand = demand;
    }

    /// <summary>It was loaded.</summary>
    /// <param name="took">From the grant to being ready.</param>
    /// <param name="now">The present.</param>
    public void Loaded(TimeSpan took, TimeSpan now)
    {
        LastUsed = now;
        ReloadTime = ReloadTime == TimeSpan.Zero ? took : Smooth(ReloadTime, took);
    }

    /// <summary>How a policy sees it.</summary>
    public Residency Seen(Lease lease) =>
        new(lease.Id, Model, lease.Bytes, (Demand?.Queued + Demand?.Running) ?? 0, Demand?.Foreseen ?? 0, LastUsed)
        {
            ReloadTime = ReloadTime, MeanInterval = MeanInterval, Deadline = Demand?.OldestDeadline, Priority = Priority,
        };

    private void Begin(TimeSpan now)
    {
        if (_onset is { } before) MeanInterval = MeanInterval is { } mean ? Smooth(mean, now - before) : now - before;
        _onset = now;
    }

    private static TimeSpan Smooth(TimeSpan before, TimeSpan newest) => (before * (1 - Newest)) + (newest * Newest);
}
