namespace ActorPipeline.Quantization;

/// <summary>
/// Looks for the largest set of layers that stays inside the bound: from all of them, leaves those float that bring most noise, until the loss on
/// the calibration pictures is inside; and the first layer, where it is quicker among floats.
/// </summary>
internal static class LayerSearch
{
    /// <summary>Tried for each method at most.</summary>
    public const int MostSteps = 14;

    // What a step less has to gain before a layer is left float for its speed alone.
    private const double WorthIt = 0.98;

    /// <summary>Searches.</summary>
    /// <param name="all">Each method with all groups quantised.</param>
    /// <param name="sensitivities">What each group brings alone.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    /// <param name="first">The group that takes the picture; null for none.</param>
    /// <param name="attempt">Tries a set.</param>
    /// <returns>The quickest that is inside; where none is, the one that loses least.</returns>
    public static Trial Find(
        IReadOnlyList<Trial> all, IReadOnlyList<Sensitivity> sensitivities, double maxLoss, LayerGroup? first, Func<string, RangeMethod, IReadOnlyList<LayerGroup>, Trial> attempt)
    {
        var tried = all.ToList();
        foreach (var whole in all)
        {
            if (whole.Step.Loss <= maxLoss) continue;
            foreach (var floats in FloatLayers.Steps(sensitivities).Skip(1).Take(MostSteps))
            {
                var trial = attempt($"{Word(whole.Method)}, {floats.Count} groups float", whole.Method, floats);
                tried.Add(trial);
                if (trial.Step.Loss <= maxLoss) break;
            }
        }
        var best = tried.Where(t => t.Step.Loss <= maxLoss).MinBy(t => t.Step.Share) ?? tried.MinBy(t => double.IsNaN(t.Step.Loss) ? double.MaxValue : t.Step.Loss)!;
        if (first is null || best.Float.Contains(first)) return best;
        var without = attempt($"{Word(best.Method)}, {best.Float.Count} groups and the first layer float", best.Method, [.. best.Float, first]);
        return without.Step.Share < best.Step.Share * WorthIt && without.Step.Loss <= Math.Max(best.Step.Loss, maxLoss) ? without : best;
    }

    /// <summary>A method for people.</summary>
    public static string Word(RangeMethod method) => method switch
    {
        RangeMethod.MinMax => "min-max",
        RangeMethod.Entropy => "entropy",
        _ => "percentile",
    };
}
