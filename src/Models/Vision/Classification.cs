namespace ActorPipeline.Vision;

/// <summary>One label a classifier gave a crop.</summary>
/// <param name="ClassIndex">Index into the classifier's labels.</param>
/// <param name="Score">Probability, 0 to 1.</param>
public readonly record struct Classification(int ClassIndex, float Score)
{
    /// <summary>Which of a merged model's classifiers gave it, counted from 0; 0 for every other model.</summary>
    public int Head { get; init; }
}
