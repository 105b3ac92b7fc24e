namespace ActorPipeline.Tracking;

/// <summary>How a <see cref="Tracker"/> follows objects.</summary>
public sealed record TrackerOptions
{
    /// <value>How long an object that was seen at least twice is looked for after it was last seen; then its track ends. Default 2 s.</value>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <value>Detections from this score on choose their tracks before the others. 0 to 1. Default 0.5.</value>
    public float HighScore { get; init; } = 0.5f;
}
