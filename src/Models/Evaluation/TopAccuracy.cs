namespace ActorPipeline.Evaluation;

/// <summary>How often a right class is among a classifier's best.</summary>
/// <param name="truth">The classes of each picture by its name, any of which is right. Answers to other pictures count for nothing.</param>
/// <param name="among">Its best so many; a classifier with fewer classes is always right.</param>
internal sealed class TopAccuracy(IReadOnlyDictionary<string, IReadOnlyList<int>> truth, int among) : ITaskMetric
{
    /// <inheritdoc/>
    public string Name => $"top-{among}";

    /// <inheritdoc/>
    public double Score(IReadOnlyList<Answer> answers, ReadOnlySpan<int> sample)
    {
        int judged = 0, right = 0;
        foreach (var index in sample)
        {
            var answer = answers[index];
            if (!truth.TryGetValue(answer.Picture, out var wanted)) continue;
            judged++;
            if (answer.Classes.Take(among).Any(wanted.Contains)) right++;
        }
        return judged == 0 ? double.NaN : 100.0 * right / judged;
    }
}
