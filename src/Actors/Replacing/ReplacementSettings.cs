namespace ActorPipeline.Replacing;

/// <summary><c>actor-pipeline.replacing</c>: when a model's new file may take the old one's place.</summary>
public sealed record ReplacementSettings
{
    /// <value>Frames, or batches of crops, that both are run on. 1 to 1000. Default 16.</value>
    public int Samples { get; init; } = 16;

    /// <value>Share of the old one's answers that the new one has to give too. 0 to 1; 0 takes any. Default 0.8.</value>
    public double Agreement { get; init; } = 0.8;

    /// <value>Times as long as the old one that the new one may run at most. 0.1 to 100. Default 2.</value>
    public double Slowdown { get; init; } = 2;
}
