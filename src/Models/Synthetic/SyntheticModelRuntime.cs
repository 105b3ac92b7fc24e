using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Synthetic;

/// <summary>
/// Loads declared models instead of files, for specs, users' tests and simulation. Every delay waits on the given clock, so that
/// virtual time moves it, and counters catch what must never happen to a real session. Classifiers that declare one backbone can be
/// merged; what happened to the merged model is counted under its own name, such as "a+b".
/// </summary>
/// <param name="time">The clock; a test's own, or the system's.</param>
public sealed class SyntheticModelRuntime(TimeProvider time) : IModelRuntime
{
    private readonly ConcurrentDictionary<(ModelId Id, string? Variant), (SyntheticModel Model, SyntheticCounters Counters)> _models = new();
    private readonly ManualResetEventSlim _hungReleased = new();

    /// <summary>Declares a model; a later declaration of the same name and variant replaces it for later loads and keeps its counters.</summary>
    public SyntheticModelRuntime Add(SyntheticModel model)
    {
        _models.AddOrUpdate((model.Id, model.Variant), (model, new SyntheticCounters()), (_, known) => (model, known.Counters));
        return this;
    }

    /// <summary>What happened to a model.</summary>
    public SyntheticCounters this[ModelId id] => _models[(id, null)].Counters;

    /// <summary>What happened to a model.</summary>
    public SyntheticCounters this[string id] => this[new ModelId(id)];

    /// <summary>What happened to a variant that was declared by name.</summary>
    public SyntheticCounters this[string id, string variant] => _models[(new ModelId(id), variant)].Counters;

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
        if (card.Merged.Count > 0)
        {
            var parts = Parts(card);
            report = report with { Heads = [.. parts.Select(p => new HeadReport(p.Id, p.Classes, p.Labels))] };
            return new SyntheticMergedClassifier(card, model, parts, report, counters, time, _hungReleased);
        }
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
        var content = model.Variant is null ? $"synthetic-{model.Id}" : $"synthetic-{model.Id}-{model.Variant}";
        return new ModelInspection(model.InputWidth, model.InputHeight, Bytes.Zero, model.Footprint with { Batch = Math.Max(model.Footprint.Batch, model.Batch) })
        {
            MaxBatch = model.Batch, Batches = model.Batches,
            ContentHash = content, Weights = model.Weights, MappedBytes = new Bytes(model.Weights.Sum(w => w.Length)),
            DeviceMemory = model.DeviceMemory, Cost = model.Cost, Build = model.Build,
        };
    }

    private IReadOnlyList<SyntheticModel> Parts(ModelCard merged) => [.. merged.Merged.Select(part => Find(part).Model)];

    private (SyntheticModel Model, SyntheticCounters Counters) Find(ModelCard card) =>
        card.Merged.Count > 0 ? _models.GetOrAdd((card.Id, null), _ => (SyntheticMergedClassifier.Declare(card, Parts(card)), new SyntheticCounters())) :
        _models.TryGetValue((card.Id, card.Variant), out var found) || _models.TryGetValue((card.Id, null), out found) ? found
        : throw new ModelLoadException(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}' is not declared to the synthetic runtime; call Add for it.");
}
