namespace ActorPipeline.Evaluation;

/// <summary>Says how good a model's answers are, in points of 100.</summary>
internal interface ITaskMetric
{
    /// <summary>What it is called: "mAP .5:.95", "top-1", "agreement".</summary>
    string Name { get; }

    /// <summary>How good the answers to some pictures are.</summary>
    /// <param name="answers">A model's, each to another picture.</param>
    /// <param name="sample">Which of them count, by index; one that is named twice counts twice. For a bootstrap.</param>
    double Score(IReadOnlyList<Answer> answers, ReadOnlySpan<int> sample);
}
