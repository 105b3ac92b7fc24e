using ActorPipeline.Vision;

namespace ActorPipeline.Tracking;

/// <summary>How sure it is that a track is an object.</summary>
internal enum TrackState
{
    /// <summary>Seen once: the next look must find it again, or it was none.</summary>
    Tentative,

    /// <summary>Seen at the last look, and before.</summary>
    Confirmed,

    /// <summary>Confirmed before, and not seen at the last look.</summary>
    Lost,
}

/// <summary>One object that is followed.</summary>
internal struct Track
{
    /// <summary>Which.</summary>
    public TrackId Id;

    /// <summary>How sure it is.</summary>
    public TrackState State;

    /// <summary>What the detector calls it.</summary>
    public int ClassIndex;

    /// <summary>The detector's score when it was last seen.</summary>
    public float Score;

    /// <summary>Seconds since it was last seen.</summary>
    public double Unseen;

    /// <summary>Whether this look has found it.</summary>
    public bool Found;

    /// <summary>Where it is and how it moves.</summary>
    public BoxFilter Motion;

    /// <summary>Begins with a first detection.</summary>
    public static Track Begin(TrackId id, in Detection detection) => new()
    {
        Id = id,
        ClassIndex = detection.ClassIndex,
        Score = detection.Score,
        Found = true,
        Motion = BoxFilter.At(detection.Box),
    };

    /// <summary>This look has found it.</summary>
    public void See(in Detection detection)
    {
        Motion.Correct(detection.Box);
        (State, Score, Unseen, Found) = (TrackState.Confirmed, detection.Score, 0, true);
    }
}
