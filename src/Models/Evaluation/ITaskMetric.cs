namespace ActorPipeline.Evaluation;

/// <summary>Says how good a model's answers are, in points of 100.</summary>
internal interface ITaskMetric
{
    /// <summary>What it is called: "mAP .5:.95", "top-1", "agreement".</summary>
    string Name { get; }

    /// <summary>
    /// How good the answers to some pictures are; not a number where the sample has nothing to judge. What it finds out about a list of
    /// answers it keeps for further samples of it: the list must not change.
    /// </summary>
    /// <param name="answers">A model's, each to another picture.</param>
    /// <param name="sample">Which of them count, by index; one that is named twice counts twice. For a bootstrap.</param>
    double Score(IReadOnlyList<Answer> answers, ReadOnlySpan<int> sample);
}

/// <summary>What all metrics can do.</summary>
internal static class TaskMetricExtensions
{
    /// <summary>How good all answers are.</summary>
    public static double ScoreAll(this ITaskMetric metric, IReadOnlyList<Answer> answers) => metric.Score(answers, Enumerable.Range(0, answers.Count).ToArray());
}
