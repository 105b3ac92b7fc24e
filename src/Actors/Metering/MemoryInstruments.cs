using System.Diagnostics.Metrics;
using ActorPipeline.Memory;

namespace ActorPipeline.Metering;

/// <summary>Instruments of the ledger and of what memory was measured.</summary>
internal sealed class MemoryInstruments
{
    private readonly Gauge<long> _budget;
    private readonly Gauge<long> _critical;
    private readonly Gauge<long> _charged;
    private readonly Gauge<long> _measured;
    private readonly Gauge<long> _resident;
    private readonly Counter<long> _over;
    private readonly Gauge<long> _debt;
    private readonly Gauge<long> _recycle;
    private readonly ChargeLevels _levels = new();
    private bool _begun;

    public MemoryInstruments(Meter meter)
    {
        _budget = meter.CreateGauge<long>("actor_pipeline.memory.budget", "By", "What may be charged: the configured budget, or what the machine leaves of it.");
        _critical = meter.CreateGauge<long>("actor_pipeline.memory.critical", "{machine}", "1 while the machine is so short of memory that turns protect nobody, else 0.");
        _charged = meter.CreateGauge<long>("actor_pipeline.memory.charged", "By", "What is charged, by account, kind and pool; the sum is what the ledger holds.");
        _measured = meter.CreateGauge<long>("actor_pipeline.memory.measured", "By", "Model memory and buffers, as measured.");
        _resident = meter.CreateGauge<long>("actor_pipeline.memory.resident", "By", "All that is resident of the process, pages of files included.");
        _over = meter.CreateCounter<long>("actor_pipeline.memory.over_budget", "{sample}", "Samples of memory above the budget.");
        _debt = meter.CreateGauge<long>("actor_pipeline.memory.debt", "By", "Memory that did not come back after an unload.");
        _recycle = meter.CreateGauge<long>("actor_pipeline.recycle", "{process}", "1 where the process has to be started anew.");
    }

    public void Begin() => Show(_levels.Clear());

    public void Apply(LedgerChanged changed)
    {
        Show(_levels.Apply(changed.Change));
        _budget.Record(changed.Budget.Count);
    }

    public void Apply(BudgetChanged changed)
    {
        _budget.Record(changed.Budget.Count);
        _critical.Record(changed.Critical ? 1 : 0);
    }

    public void Apply(MemorySampled sample)
    {
        if (!_begun) BeginLevels();
        _measured.Record((sample.Anonymous + sample.Pools).Count);
        _resident.Record(sample.Resident.Count);
        if (sample.OverBudget) _over.Add(1);
    }

    public void Apply(LeakDebtSeen seen) => _debt.Record(seen.Debt.Count);

    public void Apply(RecycleRequired required) => _recycle.Record(1);

    // Levels that may never change are shown from the start: a rule cannot tell what is well from what is not there.
    private void BeginLevels()
    {
        _begun = true;
        foreach (var level in (Gauge<long>[])[_critical, _debt, _recycle]) level.Record(0);
        _over.Add(0);
    }

    private void Show(IEnumerable<ChargeLevel> levels)
    {
        foreach (var (account, kind, pool, bytes) in levels) _charged.Record(bytes.Count, new("account", account), new("kind", kind.ToString().ToLowerInvariant()), new("pool", pool.Name));
    }
}
