using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary><c>actor-pipeline.pipelines.NAME</c>: one way for frames.</summary>
public sealed record PipelineSettings
{
    /// <summary>Its name.</summary>
    public required PipelineId Id { get; init; }

    /// <summary>A video file, a picture folder, a camera's number, or an rtsp:// or http:// address.</summary>
    public required string Source { get; init; }

    /// <summary>The detector.</summary>
    public required ModelId Detect { get; init; }

    /// <value>The part of every frame that the detector sees. Default all of it.</value>
    public FrameRegion Region { get; init; } = FrameRegion.Whole;

    /// <value>The detector sees each n-th frame; between them boxes are predicted, which takes <see cref="Tracking"/>. 1 to 100. Default 1.</value>
    public int DetectEvery { get; init; } = 1;

    /// <summary>The classifiers of what the detector found, none twice; empty where detections are all that is wanted.</summary>
    public IReadOnlyList<ModelId> Classify { get; init; } = [];

    /// <summary>What those of them look at that do not look at every crop as it is.</summary>
    public IReadOnlyDictionary<ModelId, ClassifierUse> Uses { get; init; } = new Dictionary<ModelId, ClassifierUse>();

    /// <summary>Classes of the detector that are reported and classified; empty means all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <value>Crops classified of one frame at most, the best first; the rest is reported unclassified. 1 to 256. Default 8.</value>
    public int MaxCrops { get; init; } = 8;

    /// <summary>Following objects from frame to frame.</summary>
    public TrackingSettings Tracking { get; init; } = new();

    /// <summary>Frames in flight.</summary>
    public WindowSettings Window { get; init; } = new();

    /// <value>How long after its capture a frame's result is wanted; zero for no deadline. 0 to 1 h. Default 0.</value>
    public TimeSpan Deadline { get; init; }

    /// <value>Pictures with more pixels than this fail singly. Default 8,294,400 (3840 x 2160).</value>
    public int MaxPixels { get; init; } = 3840 * 2160;

    /// <summary>What becomes of a live source that breaks off.</summary>
    public ReconnectSettings Reconnect { get; init; } = new();

    /// <summary>Where results go.</summary>
    public IReadOnlyList<SinkSettings> Sinks { get; init; } = [];
}

/// <summary><c>window</c>: frames in flight at once.</summary>
public sealed record WindowSettings
{
    /// <value>Fewest. Between the two the window sets itself: small while that keeps lanes busy, large where models take turns, smaller where results are late. 1 to <see cref="Max"/>. Default 2.</value>
    public int Min { get; init; } = 2;

    /// <value>Most; no frame is captured beyond it. 1 to 256. Default 8.</value>
    public int Max { get; init; } = 8;
}

/// <summary>What happens when a sink is slower than the frames.</summary>
public enum SinkOverflow
{
    /// <summary>Frames wait: a frame's credit comes back only when the sink has taken it.</summary>
    Wait,

    /// <summary>Results are dropped for this sink, and counted.</summary>
    Drop,
}
