namespace ActorPipeline.Quantization;

/// <summary>Chooses among trials.</summary>
internal static class TrialChoice
{
    /// <summary>The quickest inside the bound; where none is, the one that loses least.</summary>
    /// <param name="tried">At least one, timed.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    public static Trial Quickest(IReadOnlyList<Trial> tried, double maxLoss) => tried.Where(t => t.IsInside(maxLoss)).MinBy(t => t.Step.Share) ?? LeastLoss(tried);

    /// <summary>The one inside the bound with most layers quantised, of several the one that loses least; where none is inside, the one that loses least.</summary>
    /// <param name="tried">At least one.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    public static Trial MostLayers(IReadOnlyList<Trial> tried, double maxLoss) =>
        tried.Where(t => t.IsInside(maxLoss)).OrderByDescending(t => t.Step.Quantised).ThenBy(t => t.Step.Loss).FirstOrDefault() ?? LeastLoss(tried);

    private static Trial LeastLoss(IReadOnlyList<Trial> tried) => tried.MinBy(t => double.IsNaN(t.Step.Loss) ? double.MaxValue : t.Step.Loss)!;
}
