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
    /// <param name="entrances">What may be quicker among floats: the group that takes the picture, and that with those that take what comes of it.</param>
    /// <param name="form">Says whether runs show how quick a set is; else most layers count.</param>
    /// <param name="attempt">Tries a set.</param>
    /// <returns>The best that is inside; where none is, the one that loses least.</returns>
    public static Trial Find(IReadOnlyList<Trial> all, IReadOnlyList<Sensitivity> sensitivities, double maxLoss, IReadOnlyList<IReadOnlyList<LayerGroup>> entrances, QuantizedForm form, Func<LayerSet, Trial> attempt)
    {
        var tried = all.ToList();
        var steps = FloatLayers.Steps(sensitivities).Skip(1).Take(MostSteps).GetEnumerator();
        // All methods take a step together: once one is inside, more float layers would only be fewer integers.
        while (!tried.Exists(t => t.IsInside(maxLoss)) && steps.MoveNext())
            foreach (var whole in all) tried.Add(attempt(LayerSet.Without(whole.Set.Method, steps.Current)));
        var best = form.RunsHere ? LeftForSpeed() : TrialChoice.MostLayers(tried, maxLoss);
        if (!form.NeedsRanges) return best;
        var corrected = attempt(best.Set.WithBiases());
        return corrected.SignalToNoise > best.SignalToNoise && corrected.Step.Loss <= Math.Max(best.Step.Loss, maxLoss) ? corrected : best;

        Trial LeftForSpeed()
        {
            foreach (var inside in tried.Where(t => t.IsInside(maxLoss)).ToArray())
            {
                foreach (var more in entrances.Select(e => e.Except(inside.Set.Float).ToArray()))
                    if (more.Length > 0 && inside.Set.Float.Count + more.Length < sensitivities.Count) tried.Add(attempt(inside.Set.Quicker(more, "what takes the picture too")));
            }
            var best = TrialChoice.Quickest(tried, maxLoss);
            LayerGroup[] groups = [.. sensitivities.Select(s => s.Group)];
            foreach (var length in FloatBridges.Lengths)
            {
                if (FloatBridges.Of(groups, best.Set.Float, length) is not { Count: > 0 } bridges || best.Set.Float.Count + bridges.Count >= groups.Length) continue;
                var joined = attempt(best.Set.Quicker(bridges, "what lies between too"));
                if (joined.Step.Share < best.Step.Share * WorthIt && joined.Step.Loss <= Math.Max(best.Step.Loss, maxLoss)) best = joined;
            }
            return best;
        }
    }
}
