namespace ActorPipeline.Bench.Chain;

/// <summary>
/// <c>chain</c>: the pipeline with the seed pair resident against the same chain written by hand and in other libraries, in turn, on the
/// same video and models.
/// </summary>
internal static class ChainBench
{
    private static readonly (string Figure, string Against, string Bound)[] Ratios =
    [
        ("over_bare", "bare", "; bound 2.1"), ("over_two_threads", "two_threads", "; bound 1.3"), ("of_limit", "limit", "; bound 0.95"),
        ("over_defaults", "defaults", ""), ("over_opencv_dnn", "opencv_dnn", ""), ("over_mlnet", "mlnet", ""),
    ];

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds; in each everyone runs once, and who goes first moves on by one.</param>
    /// <param name="frames">Frames a round; slow entrants run fewer.</param>
    /// <param name="only">Entrants beside the pipeline; empty for all.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int frames, IReadOnlyCollection<string> only)
    {
        using var field = await ChainField.OpenAsync();
        var agreements = await field.CompareAsync();
        // What OpenCV makes of a model is its own affair, and told.
        foreach (var (name, agreement) in agreements)
            if (name is "limit" or "resident" && !agreement.IsSame) throw new InvalidOperationException($"The {name} does not find what the bare loop finds: {agreement}.");
        if (only.Count > 0) field.Entrants.RemoveAll(e => e.Name != "resident" && !only.Contains(e.Name));
        var rates = field.Entrants.ToDictionary(e => e.Name, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < field.Entrants.Count; turn++)
            {
                var entrant = field.Entrants[(round + turn) % field.Entrants.Count];
                rates[entrant.Name].Add(await entrant.RunAsync(frames));
            }
            Console.Error.WriteLine($"round {round + 1}/{rounds}, frames/s: {string.Join(", ", rates.Select(r => $"{r.Key} {r.Value[^1]:0.0}"))}");
        }
        return Report(field, rates, agreements, frames);
    }

    private static BenchReport Report(ChainField field, Dictionary<string, List<double>> rates, IReadOnlyList<(string Name, Agreement Agreement)> agreements, int frames)
    {
        var report = new BenchReport("chain");
        foreach (var (figure, against, bound) in Ratios)
        {
            if (!rates.TryGetValue(against, out var other)) continue;
            report.Add(figure, [.. rates["resident"].Zip(other, (mine, theirs) => mine / theirs)],
                $"the pipeline over {against}, frames/s, round by round ({frames} frames, {Environment.ProcessorCount} cores){bound}");
        }
        if (rates.ContainsKey("tracked") && rates.ContainsKey("bare")) report.Add("tracked_over_bare", [.. rates["tracked"].Zip(rates["bare"], (mine, theirs) => mine / theirs)], "the pipeline with objects followed over bare; bound 4");
        foreach (var entrant in field.Entrants) report.Add($"{entrant.Name}_fps", rates[entrant.Name], entrant.What);
        foreach (var (name, why) in field.Absent) report.Note(name, $"does not run: {why}");
        foreach (var (name, agreement) in agreements)
        {
            report.Add($"{name}_boxes_differ", agreement.BoxesDiffer, $"of {agreement.Objects} objects, from the bare loop's, by more than a pixel or in class")
                .Add($"{name}_labels_differ", agreement.LabelsDiffer, $"of {agreement.Crops} crops, from the bare loop's");
        }
        return report;
    }
}
