using ActorPipeline.Sinks;

namespace ActorPipeline.Events;

/// <summary>Something that is told outside; docs/events.schema.json says how it looks as JSON.</summary>
/// <param name="Id">No other event's, in any run: who gets one twice knows it by this.</param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="At">When it happened, by this machine's clock.</param>
public abstract record PipelineEvent(string Id, string Pipeline, DateTimeOffset At)
{
    /// <summary>The kind in a word: "started", "frame", "lost" or "ended".</summary>
    public abstract string Kind { get; }
}

/// <summary>A pipeline is about to run.</summary>
/// <param name="Id"><inheritdoc cref="PipelineEvent" path="/param[@name='Id']"/></param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="At">When it happened.</param>
/// <param name="Width">Widest frame in pixels.</param>
/// <param name="Height">Tallest frame in pixels.</param>
/// <param name="FramesPerSecond">The source's nominal rate, or a default.</param>
public sealed record PipelineStarted(string Id, string Pipeline, DateTimeOffset At, int Width, int Height, double FramesPerSecond) : PipelineEvent(Id, Pipeline, At)
{
    /// <inheritdoc/>
    public override string Kind => "started";
}

/// <summary>A frame has its outcome.</summary>
/// <param name="Id"><inheritdoc cref="PipelineEvent" path="/param[@name='Id']"/></param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="At">When it happened.</param>
/// <param name="Report">The result.</param>
public sealed record FrameTold(string Id, string Pipeline, DateTimeOffset At, FrameReport Report) : PipelineEvent(Id, Pipeline, At)
{
    /// <inheritdoc/>
    public override string Kind => "frame";
}

/// <summary>Events before this one were dropped, because more were waiting than there was room for.</summary>
/// <param name="Id"><inheritdoc cref="PipelineEvent" path="/param[@name='Id']"/></param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="At">When it was told.</param>
/// <param name="Count">How many since this was last told; at least 1.</param>
public sealed record EventsLost(string Id, string Pipeline, DateTimeOffset At, long Count) : PipelineEvent(Id, Pipeline, At)
{
    /// <inheritdoc/>
    public override string Kind => "lost";
}

/// <summary>A pipeline has ended in order.</summary>
/// <param name="Id"><inheritdoc cref="PipelineEvent" path="/param[@name='Id']"/></param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="At">When it happened.</param>
/// <param name="Frames">Frames that this sink was given, by outcome; also those whose events it does not send.</param>
public sealed record PipelineFinished(string Id, string Pipeline, DateTimeOffset At, IReadOnlyDictionary<string, long> Frames) : PipelineEvent(Id, Pipeline, At)
{
    /// <inheritdoc/>
    public override string Kind => "ended";
}
