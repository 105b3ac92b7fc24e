namespace ActorPipeline.Quantization;

/// <summary>Chooses among trials.</summary>
internal static class TrialChoice
{
    // Times differ by so much when nothing else does.
    private const double AsQuick = 1.03;

    /// <summary>Of those inside the bound that are as quick as the quickest, the one with least noise; where none is inside, the one that loses least.</summary>
    /// <param name="tried">At least one, timed.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    public static Trial Quickest(IReadOnlyList<Trial> tried, double maxLoss)
    {
        var inside = tried.Where(t => t.IsInside(maxLoss)).ToArray();
        var share = inside.Min(t => t.Step.Share);
        // Of losses inside the bound the difference is a picture or two: chance.
        return inside.Where(t => t.Step.Share <= share * AsQuick).MaxBy(t => t.SignalToNoise) ?? LeastLoss(tried);
    }

    /// <summary>The one inside the bound with most layers quantised, of several the one that loses least; where none is inside, the one that loses least.</summary>
    /// <param name="tried">At least one.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    public static Trial MostLayers(IReadOnlyList<Trial> tried, double maxLoss) =>
        tried.Where(t => t.IsInside(maxLoss)).OrderByDescending(t => t.Step.Quantised).ThenBy(t => t.Step.Loss).FirstOrDefault() ?? LeastLoss(tried);

    private static Trial LeastLoss(IReadOnlyList<Trial> tried) => tried.MinBy(t => double.IsNaN(t.Step.Loss) ? double.MaxValue : t.Step.Loss)!;
}
