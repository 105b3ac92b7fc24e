using ActorPipeline.Tracking;

namespace ActorPipeline.Pipeline;

/// <summary><c>tracking</c>: objects are followed from frame to frame, and what is known of one is not worked out again.</summary>
public sealed record TrackingSettings
{
    /// <value>Whether objects are followed. Default false.</value>
    public bool Enabled { get; init; }

    /// <value>How long an object out of sight is looked for; longer than the time between two frames that the detector sees. 10 ms to 10 min. Default 2 s.</value>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <value>Detections from this score on choose their objects first. 0 to 1. Default 0.5.</value>
    public float HighScore { get; init; } = 0.5f;

    /// <value>An object is classified again when its labels are older than this; zero for never. 0 to 1 h. Default 5 s.</value>
    public TimeSpan ReclassifyAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <value>An object is classified again when its box has this many times the area that it was labelled with. 1 to 100. Default 1.2.</value>
    public float ReclassifyGrowth { get; init; } = 1.2f;

    /// <value>An object is classified again, less and less often, when one of its classifiers gave its best label less than this. 0 to 1; zero for never. Default 0.5.</value>
    public float ReclassifyBelow { get; init; } = 0.5f;

    /// <value>How long after such labels it is classified again; doubled each time that does not help. 10 ms to 1 h. Default 500 ms.</value>
    public TimeSpan ReclassifyWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What the tracker needs of it.</summary>
    internal TrackerOptions Tracker => new() { LostAfter = LostAfter, HighScore = HighScore };
}
