namespace ActorPipeline.Quantization;

/// <summary>What each group of layers brings alone, and whether it brings less where its channels are made alike.</summary>
/// <param name="trials">Tries groups.</param>
/// <param name="groups">All, in the graph's order.</param>
/// <param name="method">The method of their ranges.</param>
/// <param name="progress">Told how many groups are done, and of how many.</param>
/// <param name="cancellation">Noticed between pictures.</param>
internal sealed class SensitivityAnalysis(Trials trials, IReadOnlyList<LayerGroup> groups, RangeMethod method, Action<int, int> progress, CancellationToken cancellation)
{
    // More would not tell a good set from a bad one any better, and each costs an examination.
    private const int LossesFor = 24;

    // Of the noise that a pair brings: what is left after equalisation has to be less.
    private const double WorthIt = 0.8;

    private readonly Sensitivity[] _found = new Sensitivity[groups.Count];

    /// <summary>What was found, in the graph's order.</summary>
    public IReadOnlyList<Sensitivity> Found => _found;

    /// <summary>Tries each group alone.</summary>
    public void TryAll()
    {
        for (var i = 0; i < groups.Count; i++)
        {
            progress(i, groups.Count);
            _found[i] = trials.Alone(groups[i], method, withLoss: false, cancellation);
        }
    }

    /// <summary>Tries the groups of pairs with their channels made alike, and says which pairs bring less noise so.</summary>
    /// <param name="pairs">Pairs of the graph.</param>
    /// <param name="plain">The model as it is.</param>
    /// <param name="equalise">Makes the channels of some pairs alike, and calibrates them anew.</param>
    /// <returns>The pairs, made alike now; what was found is of the model with them.</returns>
    public IReadOnlyList<EqualisablePair> Equalise(IReadOnlyList<EqualisablePair> pairs, CalibratedModel plain, Func<IReadOnlyList<EqualisablePair>, CalibratedModel> equalise)
    {
        if (pairs.Count == 0) return [];
        trials.Use(equalise(pairs));
        var again = IndicesOf(pairs).ToDictionary(i => i, i => trials.Alone(groups[i], method, withLoss: false, cancellation).Noise);
        var better = pairs.Where(p => IndicesOf([p]).Sum(i => again[i]) < IndicesOf([p]).Sum(i => _found[i].Noise) * WorthIt).ToArray();
        trials.Use(better.Length == 0 ? plain : better.Length == pairs.Count ? trials.Model : equalise(better));
        foreach (var i in IndicesOf(better)) _found[i] = trials.Alone(groups[i], method, withLoss: false, cancellation);
        return better;
    }

    /// <summary>Takes the task's metric of the noisiest groups.</summary>
    public void TakeLosses()
    {
        foreach (var i in Enumerable.Range(0, groups.Count).OrderByDescending(i => _found[i].Noise).Take(LossesFor).ToArray())
            _found[i] = trials.Alone(groups[i], method, withLoss: true, cancellation);
    }

    private int[] IndicesOf(IReadOnlyList<EqualisablePair> pairs)
    {
        var outputs = pairs.SelectMany(p => p.Takers.Append(p.First)).Select(l => l.Output).ToHashSet(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, groups.Count).Where(i => groups[i].Layers.Any(l => outputs.Contains(l.Output)))];
    }
}
