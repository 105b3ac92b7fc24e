using System.Diagnostics.Metrics;

namespace ActorPipeline.Telemetry;

/// <summary>
/// The instruments of ActorPipeline, for OpenTelemetry or any other listener: <c>AddMeter(PipelineMeter.Name)</c>. Bytes are <c>By</c>,
/// times are seconds.
/// </summary>
public sealed class PipelineMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ActorPipeline";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _frames;
    private readonly Counter<long> _crops;
    private readonly Histogram<double> _frameDuration;
    private readonly Counter<long> _interruptions;
    private readonly Counter<long> _leases;
    private readonly Histogram<double> _loadDuration;
    private readonly Gauge<long> _budget;
    private readonly Gauge<long> _effectiveBudget;
    private readonly Gauge<long> _charged;
    private readonly Gauge<long> _measured;
    private readonly Gauge<long> _debt;
    private readonly Histogram<long> _footprintError;

    /// <summary>Makes the instruments.</summary>
    public PipelineMeter()
    {
        _frames = _meter.CreateCounter<long>("actor_pipeline.frames", "{frame}", "Frames by outcome.");
        _crops = _meter.CreateCounter<long>("actor_pipeline.crops", "{crop}", "Crops classified.");
        _frameDuration = _meter.CreateHistogram<double>("actor_pipeline.frame.duration", "s", "From capture to outcome.");
        _interruptions = _meter.CreateCounter<long>("actor_pipeline.source.interruptions", "{interruption}", "Outages of live sources.");
        _leases = _meter.CreateCounter<long>("actor_pipeline.leases", "{lease}", "Decisions on leases.");
        _loadDuration = _meter.CreateHistogram<double>("actor_pipeline.model.load.duration", "s", "Loads of models.");
        _budget = _meter.CreateGauge<long>("actor_pipeline.memory.budget", "By", "What may be charged.");
        _effectiveBudget = _meter.CreateGauge<long>("actor_pipeline.memory.effective_budget", "By", "What the machine leaves of the configured budget, at each change.");
        _charged = _meter.CreateGauge<long>("actor_pipeline.memory.charged", "By", "What is charged.");
        _measured = _meter.CreateGauge<long>("actor_pipeline.memory.measured", "By", "Model memory and buffers, as measured.");
        _debt = _meter.CreateGauge<long>("actor_pipeline.memory.debt", "By", "Memory that did not come back after an unload.");
        _footprintError = _meter.CreateHistogram<long>(
            "actor_pipeline.footprint.error", "By", "What was reserved for a model less what it was measured to take; negative where it took more.");
    }

    /// <summary>A frame got its outcome.</summary>
    public void FrameConcluded(string pipeline, string outcome, TimeSpan latency, int crops)
    {
        var tag = new KeyValuePair<string, object?>("pipeline", pipeline);
        _frames.Add(1, tag, new("outcome", outcome));
        _frameDuration.Record(latency.TotalSeconds, tag);
        if (crops > 0) _crops.Add(crops, tag);
    }

    /// <summary>A live source broke off.</summary>
    public void SourceInterrupted(string pipeline) => _interruptions.Add(1, new KeyValuePair<string, object?>("pipeline", pipeline));

    /// <summary>A decision on a lease.</summary>
    public void LeaseChanged(string model, string change) => _leases.Add(1, new("model", model), new("change", change));

    /// <summary>A model was loaded.</summary>
    public void Loaded(string model, string provider, TimeSpan duration) =>
        _loadDuration.Record(duration.TotalSeconds, new("model", model), new("provider", provider));

    /// <summary>What is charged has changed.</summary>
    public void Charged(Bytes charged, Bytes budget)
    {
        _charged.Record(charged.Count);
        _budget.Record(budget.Count);
    }

    /// <summary>What the machine leaves of the budget has changed.</summary>
    public void BudgetChanged(Bytes budget)
    {
        _effectiveBudget.Record(budget.Count);
        _budget.Record(budget.Count);
    }

    /// <summary>A memory sample.</summary>
    public void Measured(Bytes measured) => _measured.Record(measured.Count);

    /// <summary>Leak debt as it is now.</summary>
    public void Debt(Bytes debt) => _debt.Record(debt.Count);

    /// <summary>What a model was measured to take, beside what was reserved for it.</summary>
    public void Observed(string model, Bytes reserved, Bytes measured) => _footprintError.Record((reserved - measured).Count, new KeyValuePair<string, object?>("model", model));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
