namespace ActorPipeline.Serving;

/// <summary><c>actor-pipeline.serving</c>: lanes, bounds on native calls, and backoff.</summary>
public sealed record ServingSettings
{
    /// <value>Threads that run models; 0 means one for each core. 0 to 64. Default 0.</value>
    public int Lanes { get; init; }

    /// <value>A run that takes longer is terminated. 10 ms to 1 h. Default 10 s.</value>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>A lane that does not answer so long after its run was terminated is lost: a new one takes its place. 10 ms to 1 h. Default 5 s.</value>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>A load that takes longer is cancelled. 100 ms to 1 h. Default 60 s.</value>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <value>Wait after a model's first failure; doubles with each. 1 ms to 1 h. Default 200 ms.</value>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <value>Longest wait after a failure. At least the shortest; up to 1 h. Default 10 s.</value>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>A model that failed so often with no completed run between is given up. 1 to 100. Default 5.</value>
    public int MaxFailures { get; init; } = 5;
}
