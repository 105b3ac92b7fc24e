namespace ActorPipeline.Catalog;

/// <summary>What a run on several crops costs.</summary>
/// <param name="Crop">Time for each crop, on one lane that is alone.</param>
/// <param name="Run">The peak over resident, all lanes together, by the number of lanes that ran such batches at once.</param>
public sealed record BatchCost(TimeSpan Crop, IReadOnlyDictionary<int, Bytes> Run);

/// <summary>Which batch a model is run in.</summary>
/// <param name="Batch">Crops in a run; 1 for no batches.</param>
/// <param name="Why">For people.</param>
public sealed record BatchChoice(int Batch, string Why);

/// <summary>What batches of a model were measured to cost, and which of them are worth it. Pure.</summary>
/// <param name="Costs">By the crops in a run; with an entry for 1, unless it is empty.</param>
public sealed record BatchTable(IReadOnlyDictionary<int, BatchCost> Costs)
{
    /// <summary>A batch is worth it where it takes at least this share of the time for each crop less than the next smaller one that is.</summary>
    public const double Least = 0.1;

    /// <summary>The batches that are worth it, the smallest first; always with 1.</summary>
    /// <param name="most">None is larger.</param>
    public IReadOnlyList<int> Worth(int most)
    {
        List<int> worth = [1];
        foreach (var (batch, cost) in Costs.Where(c => c.Key > 1 && c.Key <= most).OrderBy(c => c.Key))
            if (Costs.TryGetValue(worth[^1], out var before) && cost.Crop <= before.Crop * (1 - Least)) worth.Add(batch);
        return worth;
    }

    /// <summary>The largest batch that is worth it.</summary>
    /// <param name="most">None is larger.</param>
    public BatchChoice Choose(int most)
    {
        var batch = Worth(most)[^1];
        var larger = Costs.Where(c => c.Key > batch && c.Key <= most).OrderBy(c => c.Value.Crop).Select(c => (int?)c.Key).FirstOrDefault();
        if (batch > 1) return new BatchChoice(batch, $"{batch}: {Each(batch)}, {Less(batch, 1)} than one alone{(larger is { } no ? $"; {no} would take {Less(no, batch)}" : "")}");
        return new BatchChoice(1, larger is { } best
            ? FormattableString.Invariant($"1: batching does not win: {best} at once take {Less(best, 1)} for each crop, and {Least:0 %} less is wanted")
            : most <= 1 ? "1: batching is off" : "1: no larger batch was measured");
    }

    private string Each(int batch) => FormattableString.Invariant($"{Costs[batch].Crop.TotalMilliseconds:0.00} ms for each crop");

    /// <summary>"3 % less", or "5 % more".</summary>
    private string Less(int batch, int than)
    {
        var share = 1 - (Costs[batch].Crop / Costs[than].Crop);
        return FormattableString.Invariant($"{Math.Abs(share):0 %} {(share < 0 ? "more" : "less")}");
    }
}
