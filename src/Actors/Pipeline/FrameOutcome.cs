namespace ActorPipeline.Pipeline;

/// <summary>The number of a frame in its pipeline, in capture order from 0.</summary>
public readonly record struct FrameId(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"#{Number}";
}

/// <summary>How a captured frame ended; exactly one for each.</summary>
public abstract record FrameOutcome
{
    private FrameOutcome()
    {
    }

    /// <summary>Objects were found, and those that were to be classified were.</summary>
    public sealed record Classified : FrameOutcome
    {
        /// <summary>The one there is.</summary>
        public static Classified Instance { get; } = new();
    }

    /// <summary>Nothing was found.</summary>
    public sealed record Empty : FrameOutcome
    {
        /// <summary>The one there is.</summary>
        public static Empty Instance { get; } = new();
    }

    /// <summary>It was left out on purpose.</summary>
    /// <param name="Reason">"overtaken": a newer live frame took its place.</param>
    public sealed record Dropped(string Reason) : FrameOutcome;

    /// <summary>It could not be finished.</summary>
    /// <param name="Reason">A short word that can be counted: "unreadable", "run-timeout", "model-failed", "shutdown", ...</param>
    /// <param name="Detail">More, for people.</param>
    public sealed record Failed(string Reason, string Detail) : FrameOutcome;

    /// <summary>The word that results use.</summary>
    public string Word => this switch
    {
        Classified => "classified",
        Empty => "empty",
        Dropped => "dropped",
        _ => "failed",
    };
}

/// <summary>What came of all captured frames; the parts add up to <see cref="Captured"/> once none is in flight.</summary>
/// <param name="Captured">Frames captured.</param>
/// <param name="Classified">Frames with objects.</param>
/// <param name="Empty">Frames without.</param>
/// <param name="Dropped">Frames left out, by reason.</param>
/// <param name="Failed">Frames not finished, by reason.</param>
public sealed record FrameTotals(
    long Captured, long Classified, long Empty, IReadOnlyDictionary<string, long> Dropped, IReadOnlyDictionary<string, long> Failed)
{
    /// <summary>Frames with an outcome.</summary>
    public long Concluded => Classified + Empty + Dropped.Values.Sum() + Failed.Values.Sum();
}
