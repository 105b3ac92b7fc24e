using System.Diagnostics.Metrics;
using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Serving;

namespace ActorPipeline.Metering;

/// <summary>Instruments of models: leases, loads, unloads, failures and footprints.</summary>
internal sealed class ModelInstruments
{
    private const string Model = "model";

    private static readonly Dictionary<ModelState, string> States = new()
    {
        [ModelState.Unloaded] = "unloaded", [ModelState.AwaitingLease] = "awaiting_lease", [ModelState.Loading] = "loading", [ModelState.Ready] = "ready",
        [ModelState.Draining] = "draining", [ModelState.BackingOff] = "backing_off", [ModelState.Failed] = "failed",
    };

    private readonly Counter<long> _leases;
    private readonly Histogram<double> _loads;
    private readonly Counter<long> _unloads;
    private readonly Counter<long> _failures;
    private readonly Gauge<long> _state;
    private readonly Histogram<long> _footprintError;
    private readonly Dictionary<ModelId, ModelState> _last = [];

    public ModelInstruments(Meter meter)
    {
        _leases = meter.CreateCounter<long>("actor_pipeline.leases", "{lease}", "Decisions on leases by change: queued, granted, denied (by error.type), yielded, ended, stuck.");
        _loads = meter.CreateHistogram("actor_pipeline.model.load.duration", "s", "Loads of models; probes are those of the start.", tags: null, Buckets.Work);
        _unloads = meter.CreateCounter<long>("actor_pipeline.model.unloads", "{unload}", "Models that left memory.");
        _failures = meter.CreateCounter<long>("actor_pipeline.model.failures", "{failure}", "Loads and sessions that failed, denials among them, and models given up.");
        _state = meter.CreateGauge<long>("actor_pipeline.model.state", "{model}", "1 for the state that a model is in, 0 for all others.");
        _footprintError = meter.CreateHistogram(
            "actor_pipeline.footprint.error", "By", "What was reserved for a model less what it was measured to take; negative where it took more.", tags: null, Buckets.Differences);
    }

    public void Apply(LeaseChanged changed)
    {
        var model = new KeyValuePair<string, object?>(Model, changed.Model.Value);
        var change = new KeyValuePair<string, object?>("change", changed.Change.ToString().ToLowerInvariant());
        if (changed.Denial is { } denial) _leases.Add(1, model, change, new("error.type", denial.ToString().ToLowerInvariant()));
        else _leases.Add(1, model, change);
    }

    public void Apply(ModelStateChanged changed)
    {
        var model = new KeyValuePair<string, object?>(Model, changed.Model.Value);
        if (changed.Load is { } load)
            _loads.Record(load.LoadTime.TotalSeconds, model, new("provider", load.Provider.ToString().ToLowerInvariant()), new("probe", changed.Probe));
        var before = _last.TryGetValue(changed.Model, out var last) ? last : (ModelState?)null;
        if (before == ModelState.Draining && changed.State is not ModelState.Draining) _unloads.Add(1, model);
        if (changed.State is ModelState.BackingOff or ModelState.Failed) _failures.Add(1, model);
        if (before is { } old && old != changed.State) _state.Record(0, model, new("state", States[old]));
        else if (before is null) ShowAll(model);
        _state.Record(1, model, new("state", States[changed.State]));
        _last[changed.Model] = changed.State;
    }

    public void Apply(FootprintObserved observed) =>
        _footprintError.Record((observed.Reserved - observed.Peak).Count, new KeyValuePair<string, object?>(Model, observed.Model.Value));

    // Else a rule could not tell a model that is well from one that nobody ever heard of.
    private void ShowAll(KeyValuePair<string, object?> model)
    {
        foreach (var state in States.Values) _state.Record(0, model, new("state", state));
    }
}
