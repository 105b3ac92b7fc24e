using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Hosting;

/// <summary>Says before anything is loaded whether each model can fit the budget at all, alone, beside the pipelines' buffers. Pure.</summary>
public static class BudgetCheck
{
    /// <summary>What can never work, and what may not.</summary>
    /// <param name="Errors">Decided by a file's size or by a declared or measured footprint.</param>
    /// <param name="Warnings">By a mere estimate.</param>
    public sealed record Verdict(IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);

    /// <summary>Checks every model.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="pools">The pipelines' buffers.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="models">What the files and cards tell.</param>
    /// <param name="fixedCost">What providers cost the process, as measured; zero where that is not known yet.</param>
    /// <param name="device">The budget of a device with memory of its own; zero where there is none, and then all counts in the host's.</param>
    public static Verdict Of(Bytes budget, Bytes pools, int lanes, IEnumerable<KeyValuePair<ModelId, ModelInspection>> models, Bytes fixedCost = default, Bytes device = default)
    {
        List<string> errors = [], warnings = [];
        var taken = pools + fixedCost;
        if (pools > budget) errors.Add($"the pipelines' buffers need {pools}, but actor-pipeline.memory.budget is {budget}");
        foreach (var (id, model) in models)
        {
            var lease = model.Footprint.LoadLease(lanes);
            var need = device == Bytes.Zero ? lease.Total : lease[MemoryPool.Host];
            var beside = (pools == Bytes.Zero ? "" : $" beside {pools} of pipeline buffers") + (fixedCost == Bytes.Zero ? "" : $" and {fixedCost} of fixed cost");
            if (model.FileSize + taken > budget)
                errors.Add($"model '{id}' can never fit: its file alone has {model.FileSize}, but actor-pipeline.memory.budget is {budget}{beside}");
            else if (need + taken > budget && model.Footprint.Source == FootprintSource.Estimated)
                warnings.Add($"model '{id}' may not fit: it is estimated to need {need}, but actor-pipeline.memory.budget is {budget}{beside}");
            else if (need + taken > budget)
                errors.Add($"model '{id}' can never fit: its {Word(model)} footprint needs {need}, but actor-pipeline.memory.budget is {budget}{beside}");
            var own = device == Bytes.Zero ? Bytes.Zero : lease[MemoryPool.Device(0)];
            if (own <= device) continue;
            if (model.Footprint.Source == FootprintSource.Estimated)
                warnings.Add($"model '{id}' may not fit its device: it is estimated to need {own} there, but the device's budget is {device}");
            else
                errors.Add($"model '{id}' can never fit its device: its {Word(model)} footprint needs {own} there, but the device's budget is {device}");
        }
        return new Verdict(errors, warnings);
    }

    private static string Word(ModelInspection model) => model.Footprint.Source == FootprintSource.Measured ? "measured" : "declared";
}
