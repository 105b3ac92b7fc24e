namespace ActorPipeline.Evaluation;

/// <summary>How often a classifier's best class is the float model's.</summary>
/// <param name="model">The float model's answers. Answers to pictures that it did not answer count for nothing.</param>
internal sealed class ClassAgreement(IReadOnlyList<Answer> model) : ITaskMetric
{
    private readonly Dictionary<string, int> _best = model.Where(a => a.Classes.Count > 0).ToDictionary(a => a.Picture, a => a.Classes[0]);

    /// <inheritdoc/>
    public string Name => "agreement";

    /// <inheritdoc/>
    public double Score(IReadOnlyList<Answer> answers, ReadOnlySpan<int> sample)
    {
        int judged = 0, same = 0;
        foreach (var index in sample)
        {
            var answer = answers[index];
            if (!_best.TryGetValue(answer.Picture, out var best)) continue;
            judged++;
            if (answer.Classes.Count > 0 && answer.Classes[0] == best) same++;
        }
        return judged == 0 ? double.NaN : 100.0 * same / judged;
    }
}
