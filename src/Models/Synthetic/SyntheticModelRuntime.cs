using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Synthetic;

/// <summary>
/// Loads declared models instead of files, for specs, users' tests and simulation. Every delay waits on the given clock, so that
/// virtual time moves it, and counters catch what must never happen to a real session.
/// </summary>
/// <param name="time">The clock; a test's own, or the system's.</param>
public sealed class SyntheticModelRuntime(TimeProvider time) : IModelRuntime
{
    private readonly ConcurrentDictionary<ModelId, (SyntheticModel Model, SyntheticCounters Counters)> _models = new();
    private readonly ManualResetEventSlim _hungReleased = new();

    /// <summary>Declares a model; a later declaration of the same name replaces it for later loads and keeps its counters.</summary>
    public SyntheticModelRuntime Add(SyntheticModel model)
    {
        _models.AddOrUpdate(model.Id, (model, new SyntheticCounters()), (_, known) => (model, known.Counters));
        return this;
    }

    /// <summary>What happened to a model.</summary>
    public SyntheticCounters this[ModelId id] => _models[id].Counters;

    /// <summary>What happened to a model.</summary>
    public SyntheticCounters this[string id] => this[new ModelId(id)];

    /// <summary>Lets the runs that hang for ever come out, with <see cref="RunTerminatedException"/>, so that a spec leaves no thread behind.</summary>
    public void ReleaseHung() => _hungReleased.Set();

    /// <inheritdoc/>
    public ILoadedModel Load(ModelCard card, CancellationToken cancellation)
    {
        var (model, counters) = Find(card);
        var attempt = counters.LoadStarted();
        var wait = new SyntheticWait(time, counters);
        using (cancellation.UnsafeRegister(static state => ((SyntheticWait)state!).Interrupt(), wait))
        {
            if (cancellation.IsCancellationRequested || !wait.For(model.LoadTime))
                throw new ModelLoadException(card.Id, LoadFailure.Cancelled, $"Model '{card.Id}' (synthetic): its load was cancelled.");
        }
        if (attempt < model.FailLoads)
            throw new ModelLoadException(card.Id, LoadFailure.Other, $"Model '{card.Id}' (synthetic): load {attempt + 1} was declared to fail.");
        counters.Loaded();
        var report = new LoadReport(model.Cost?.Provider ?? ExecutionProvider.Cpu, "cpu (synthetic)", "fp32", model.InputWidth, model.InputHeight, model.Classes, model.Labels, model.LoadTime);
        return card.IsDetector
            ? new SyntheticDetector(card, model, report, counters, time, _hungReleased)
            : new SyntheticClassifier(card, model, report, counters, time, _hungReleased);
    }

    /// <inheritdoc/>
    public EngineReport Build(ModelCard card, CancellationToken cancellation) =>
        new(ExecutionProvider.Cpu, EngineUse.None, TimeSpan.Zero, Bytes.Zero) { Why = $"Model '{Find(card).Model.Id}' is synthetic." };

    /// <inheritdoc/>
    public ModelInspection Inspect(ModelCard card)
    {
        var model = Find(card).Model;
        return new ModelInspection(model.InputWidth, model.InputHeight, Bytes.Zero, model.Footprint)
        {
            ContentHash = $"synthetic-{model.Id}", DeviceMemory = model.DeviceMemory, Cost = model.Cost, Build = model.Build,
        };
    }

    private (SyntheticModel Model, SyntheticCounters Counters) Find(ModelCard card) =>
        _models.TryGetValue(card.Id, out var found) ? found
        : throw new ModelLoadException(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}' is not declared to the synthetic runtime; call Add for it.");
}
