using ActorPipeline.Serving;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Pipeline;

/// <summary>Published when a frame is captured.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Which pipeline.</param>
/// <param name="InFlight">Frames in flight, this one included.</param>
public sealed record FrameEntered(TimeSpan At, PipelineId Pipeline, int InFlight) : ITelemetryEvent;

/// <summary>Published when a frame was captured and left out on purpose, so that it never entered.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Which pipeline.</param>
/// <param name="Reason">"overtaken": a newer live frame took its place.</param>
public sealed record FrameDropped(TimeSpan At, PipelineId Pipeline, string Reason) : ITelemetryEvent;

/// <summary>Published when a sink that drops left a result out, because all its slots were taken.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Which pipeline.</param>
/// <param name="Sink">The type of the sink.</param>
public sealed record SinkDropped(TimeSpan At, PipelineId Pipeline, string Sink) : ITelemetryEvent;

/// <summary>Published when a live source breaks off and is to be opened again; once for an outage.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Whose source.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record SourceInterrupted(TimeSpan At, PipelineId Pipeline, string Reason) : ITelemetryEvent;

/// <summary>Published with the first frame after an outage.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Whose source.</param>
/// <param name="Attempts">Times that it was opened until a frame came.</param>
/// <param name="Outage">How long there were no frames.</param>
public sealed record SourceResumed(TimeSpan At, PipelineId Pipeline, int Attempts, TimeSpan Outage) : ITelemetryEvent;

/// <summary>Published when a pipeline was paused, after its last frame from before has entered; and when it goes on, before the next one enters.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Which pipeline.</param>
/// <param name="Paused">Which of the two.</param>
public sealed record PipelinePaused(TimeSpan At, PipelineId Pipeline, bool Paused) : ITelemetryEvent;

/// <summary>Published when a frame's outcome is handed on, in capture order.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipeline">Which pipeline.</param>
/// <param name="Frame">Which frame.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Latency">From capture to outcome.</param>
/// <param name="Crops">Crops classified.</param>
/// <param name="InFlight">Frames in flight, this one included.</param>
public sealed record FrameConcluded(
    TimeSpan At, PipelineId Pipeline, FrameId Frame, FrameOutcome Outcome, TimeSpan Latency, int Crops, int InFlight) : ITelemetryEvent
{
    /// <summary>Frames that may be in flight from now on.</summary>
    public int Window { get; init; }

    /// <summary>Objects whose labels were made of other frames.</summary>
    public int Reused { get; init; }
}
