using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>One frame's result, as sinks see it.</summary>
/// <param name="Frame">Its number in capture order, from 0.</param>
/// <param name="Position">Its time in the source.</param>
/// <param name="Name">The picture's file name; null for video.</param>
/// <param name="Width">Its width in pixels; zero where it could not be read.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Outcome">"classified", "empty", "dropped" or "failed".</param>
/// <param name="Reason">Why, where it was dropped or failed.</param>
/// <param name="LatencyMs">Milliseconds from capture to outcome.</param>
/// <param name="Objects">What was found, best first.</param>
public sealed record FrameReport(
    long Frame,
    TimeSpan Position,
    string? Name,
    int Width,
    int Height,
    string Outcome,
    string? Reason,
    double LatencyMs,
    IReadOnlyList<ObjectReport> Objects)
{
    /// <summary>Whether the detector found more than its card lets through; the best are in <see cref="Objects"/>.</summary>
    public bool More { get; init; }

    /// <summary>Which variant of each model that has several gave this result, by the model's name.</summary>
    public IReadOnlyDictionary<string, string> Variants { get; init; } = new Dictionary<string, string>();

    /// <summary>Which other node's model gave this result, by the model's name; empty where all ran here.</summary>
    public IReadOnlyDictionary<string, string> Nodes { get; init; } = new Dictionary<string, string>();
}

/// <summary>One object in a frame.</summary>
/// <param name="Box">Where, in pixels.</param>
/// <param name="Class">The detector's name for it.</param>
/// <param name="Score">The detector's confidence, 0 to 1.</param>
/// <param name="Labels">The labels of one classifier after the other, each one's best first; empty where it was not classified (its class is not asked for, or the frame had more than max-crops).</param>
public sealed record ObjectReport(BoundingBox Box, string Class, float Score, IReadOnlyList<LabelReport> Labels)
{
    /// <summary>The track it belongs to; null where objects are not followed. It is the same in all frames, and no other object's.</summary>
    public long? Track { get; init; }

    /// <summary>Whether it has labels, and all of them were made of another frame than this.</summary>
    public bool Reused { get; init; }

    /// <summary>Whether the detector did not look at this frame: the box is where tracking expects the object, the score that of when it was last seen.</summary>
    public bool Predicted { get; init; }
}

/// <summary>A label with its probability.</summary>
/// <param name="Name">The label.</param>
/// <param name="Score">0 to 1.</param>
public sealed record LabelReport(string Name, float Score)
{
    /// <summary>The classifier that gave it; null where the pipeline has one only.</summary>
    public string? By { get; init; }
}
