using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting;

/// <summary>Says before anything is loaded whether each model can fit the budget at all, alone, beside the pipelines' buffers. Pure.</summary>
public static class BudgetCheck
{
    /// <summary>What can never work, and what may not.</summary>
    /// <param name="Errors">Decided by a file's size or by a declared or measured footprint.</param>
    /// <param name="Warnings">By a mere estimate; or a variant can never fit, but another of its model can.</param>
    public sealed record Verdict(IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);

    /// <summary>Whether a variant can ever be granted beside what is taken; a mere estimate never says no.</summary>
    public static bool CanFit(Bytes budget, Bytes taken, int lanes, InspectedVariant variant) =>
        variant.Inspection.FileSize + taken <= budget
        && (variant.Inspection.Footprint.Source == FootprintSource.Estimated || NeedOf(variant, lanes) + taken <= budget);

    /// <summary>The least budget with which <see cref="Of"/> finds no error that a larger one would mend.</summary>
    /// <param name="pools">The pipelines' buffers.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="models">What the files and cards tell.</param>
    /// <param name="fixedCost">What providers cost the process, as measured.</param>
    /// <param name="device">The budget of a device with memory of its own; zero where there is none.</param>
    public static Bytes Least(Bytes pools, int lanes, IEnumerable<InspectedModel> models, Bytes fixedCost = default, Bytes device = default)
    {
        var largest = Bytes.Zero;
        foreach (var model in models) largest = Bytes.Max(largest, model.Variants.Select(LeastOf).DefaultIfEmpty(Bytes.Zero).Aggregate(Bytes.Min));
        return largest == Bytes.Zero ? pools : pools + fixedCost + largest;

        Bytes LeastOf(InspectedVariant variant) => variant.Inspection.Footprint.Source == FootprintSource.Estimated
            ? variant.Inspection.FileSize : Bytes.Max(variant.Inspection.FileSize, NeedOf(variant, lanes, device));
    }

    /// <summary>Checks every model: one never fits where none of its variants does.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="pools">The pipelines' buffers.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="models">What the files and cards tell.</param>
    /// <param name="fixedCost">What providers cost the process, as measured; zero where that is not known yet.</param>
    /// <param name="device">The budget of a device with memory of its own; zero where there is none, and then all counts in the host's.</param>
    public static Verdict Of(Bytes budget, Bytes pools, int lanes, IEnumerable<InspectedModel> models, Bytes fixedCost = default, Bytes device = default)
    {
        List<string> errors = [], warnings = [];
        if (pools > budget) errors.Add($"the pipelines' buffers need {pools}, but actor-pipeline.memory.budget is {budget}");
        var beside = (pools == Bytes.Zero ? "" : $" beside {pools} of pipeline buffers") + (fixedCost == Bytes.Zero ? "" : $" and {fixedCost} of fixed cost");
        foreach (var model in models)
        {
            List<string> never = [];
            foreach (var variant in model.Variants) Check(model, variant, never, warnings);
            (never.Count == model.Variants.Count ? errors : warnings).AddRange(never);
        }
        return new Verdict(errors, warnings);

        void Check(InspectedModel model, InspectedVariant variant, List<string> never, List<string> may)
        {
            var name = model.HasChoice ? $"model '{model.Id}' as '{variant.Name}'" : $"model '{model.Id}'";
            var (file, footprint) = (variant.Inspection.FileSize, variant.Inspection.Footprint);
            var need = NeedOf(variant, lanes, device);
            if (file + pools + fixedCost > budget)
                never.Add($"{name} can never fit: its file alone has {file}, but actor-pipeline.memory.budget is {budget}{beside}");
            else if (need + pools + fixedCost > budget && footprint.Source == FootprintSource.Estimated)
                may.Add($"{name} may not fit: it is estimated to need {need}, but actor-pipeline.memory.budget is {budget}{beside}");
            else if (need + pools + fixedCost > budget)
                never.Add($"{name} can never fit: its {Word(footprint)} footprint needs {need}, but actor-pipeline.memory.budget is {budget}{beside}");
            var own = device == Bytes.Zero ? Bytes.Zero : footprint.LoadLease(lanes)[MemoryPool.Device(0)];
            if (own <= device) return;
            if (footprint.Source == FootprintSource.Estimated)
                may.Add($"{name} may not fit its device: it is estimated to need {own} there, but the device's budget is {device}");
            else
                never.Add($"{name} can never fit its device: its {Word(footprint)} footprint needs {own} there, but the device's budget is {device}");
        }
    }

    /// <summary>A measured footprint is of anonymous memory: weights that the model maps come on top.</summary>
    private static Bytes NeedOf(InspectedVariant variant, int lanes, Bytes device = default) =>
        (variant.Inspection.Footprint.LoadLease(lanes) is var lease && device == Bytes.Zero ? lease.Total : lease[MemoryPool.Host])
        + (variant.Inspection.Footprint.Source == FootprintSource.Measured ? variant.Inspection.MappedBytes : Bytes.Zero);

    private static string Word(Footprint footprint) => footprint.Source == FootprintSource.Measured ? "measured" : "declared";
}
