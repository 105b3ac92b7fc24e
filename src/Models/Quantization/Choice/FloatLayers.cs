namespace ActorPipeline.Quantization;

/// <summary>The order in which groups are left float: each step takes out those that bring most of what noise is left.</summary>
internal static class FloatLayers
{
    /// <summary>What is left float at each step, more at each; the first leaves nothing float.</summary>
    /// <param name="groups">What each group brings alone.</param>
    /// <param name="keep">Share of the noise that a step leaves of the one before, 0 to 1.</param>
    /// <param name="most">Share of the groups that is left float at most.</param>
    public static IEnumerable<IReadOnlyList<LayerGroup>> Steps(IReadOnlyList<Sensitivity> groups, double keep = 0.8, double most = 0.5)
    {
        var ordered = groups.OrderByDescending(g => g.Noise).ToArray();
        var left = ordered.Where(g => double.IsFinite(g.Noise)).Sum(g => g.Noise);
        // Nothing is known of what has no noise that can be told, but that it is bad.
        var taken = ordered.Count(g => !double.IsFinite(g.Noise));
        if (taken > 0) yield return [];
        while (taken <= ordered.Length * most)
        {
            yield return [.. ordered.Take(taken).Select(g => g.Group)];
            var wanted = left * keep;
            do
            {
                if (taken == ordered.Length) yield break;
                left -= ordered[taken].Noise;
                taken++;
            }
            while (left > wanted);
        }
    }
}
