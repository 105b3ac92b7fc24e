namespace ActorPipeline.Quantization;

/// <summary>Chooses among trials that nobody can time.</summary>
internal static class TrialChoice
{
    /// <summary>The one inside the bound with most layers quantised, of several the one that loses least; where none is inside, the one that loses least.</summary>
    /// <param name="tried">At least one.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    public static Trial MostLayers(IReadOnlyList<Trial> tried, double maxLoss) =>
        tried.Where(t => t.Step.Loss <= maxLoss).OrderByDescending(t => t.Step.Quantised).ThenBy(t => t.Step.Loss).FirstOrDefault()
        ?? tried.MinBy(t => double.IsNaN(t.Step.Loss) ? double.MaxValue : t.Step.Loss)!;
}
