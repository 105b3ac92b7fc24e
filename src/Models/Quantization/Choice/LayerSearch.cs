namespace ActorPipeline.Quantization;

/// <summary>
/// Looks for the largest set of layers that stays inside the bound: from all of them, leaves those float that bring most noise, until the loss on
/// the calibration pictures is inside; then what is quicker among floats, the first layer and what lies between float ones; then corrects biases.
/// </summary>
internal static class LayerSearch
{
    /// <summary>Steps at most, each of which all methods try.</summary>
    public const int MostSteps = 14;

    // What a step less has to gain before a layer is left float for its speed alone.
    private const double WorthIt = 0.98;

    /// <summary>Searches.</summary>
    /// <param name="all">Each method with all groups quantised.</param>
    /// <param name="sensitivities">What each group brings alone, in the graph's order.</param>
    /// <param name="maxLoss">The bound, in points.</param>
    /// <param name="first">The group that takes the picture; null for none.</param>
    /// <param name="form">Says whether runs show how quick a set is; else most layers count.</param>
    /// <param name="attempt">Tries a set.</param>
    /// <returns>The best that is inside; where none is, the one that loses least.</returns>
    public static Trial Find(IReadOnlyList<Trial> all, IReadOnlyList<Sensitivity> sensitivities, double maxLoss, LayerGroup? first, QuantizedForm form, Func<LayerSet, Trial> attempt)
    {
        var tried = all.ToList();
        var steps = FloatLayers.Steps(sensitivities).Skip(1).Take(MostSteps).GetEnumerator();
        // All methods take a step together: once one is inside, more float layers would only be fewer integers.
        while (!tried.Exists(t => t.IsInside(maxLoss)) && steps.MoveNext())
            foreach (var whole in all) tried.Add(attempt(LayerSet.Without(whole.Set.Method, steps.Current)));
        var best = form.RunsHere ? LeftForSpeed(TrialChoice.Quickest(tried, maxLoss)) : TrialChoice.MostLayers(tried, maxLoss);
        if (!form.NeedsRanges) return best;
        var corrected = attempt(best.Set.WithBiases());
        return corrected.SignalToNoise > best.SignalToNoise && corrected.Step.Loss <= Math.Max(best.Step.Loss, maxLoss) ? corrected : best;

        Trial LeftForSpeed(Trial best)
        {
            if (first is not null && !best.Set.Float.Contains(first)) best = Quicker(best, [first], "the first layer too");
            LayerGroup[] groups = [.. sensitivities.Select(s => s.Group)];
            var before = 0;
            foreach (var bridges in FloatBridges.Lengths.Select(length => FloatBridges.Of(groups, best.Set.Float, length)).ToArray())
            {
                if (bridges.Count == before) continue;
                before = bridges.Count;
                best = Quicker(best, [.. bridges.Except(best.Set.Float)], "what lies between too");
            }
            return best;
        }

        Trial Quicker(Trial than, IReadOnlyList<LayerGroup> more, string why)
        {
            if (more.Count == 0) return than;
            var trial = attempt(than.Set.Quicker(more, why));
            return trial.Step.Share < than.Step.Share * WorthIt && trial.Step.Loss <= Math.Max(than.Step.Loss, maxLoss) ? trial : than;
        }
    }
}
