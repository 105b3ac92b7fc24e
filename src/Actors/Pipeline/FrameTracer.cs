using ActorPipeline.Telemetry;
using System.Diagnostics;
using ActorPipeline.Serving;

namespace ActorPipeline.Pipeline;

/// <summary>
/// One trace for each sampled frame of a pipeline: noted while the frame is on its way, told in one go when it has its outcome. A frame that
/// is not sampled costs an addition; while nobody listens not that.
/// </summary>
/// <param name="pipeline">Whose frames.</param>
/// <param name="sample">The share of them, from 0 to 1.</param>
/// <param name="time">The actors' clock.</param>
internal sealed class FrameTracer(PipelineId pipeline, double sample, TimeProvider time)
{
    private readonly TraceSampling _sampling = new(sample);

    /// <summary>Begins the trace of a frame; null where it has none.</summary>
    /// <param name="asked">When the source was asked for it.</param>
    /// <param name="captured">When it was captured.</param>
    /// <param name="stages">Stages that may have a model look at it.</param>
    public FrameTrace? Begin(TimeSpan asked, TimeSpan captured, int stages) =>
        PipelineTraces.Source.HasListeners() && _sampling.Next() ? new FrameTrace(asked < captured ? asked : captured, captured, stages) : null;

    /// <summary>Tells it.</summary>
    /// <param name="trace">What was noted.</param>
    /// <param name="frame">Which frame.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="crops">Crops classified.</param>
    /// <param name="now">When it had its outcome.</param>
    public void End(FrameTrace trace, FrameId frame, FrameOutcome outcome, int crops, TimeSpan now)
    {
        // What this is told under has nothing to do with the frame.
        var current = Activity.Current;
        Activity.Current = null;
        using (var root = Start("frame", default, trace.Asked))
        {
            if (root is not null)
            {
                root.SetTag("pipeline", pipeline.Value).SetTag("frame", frame.Number).SetTag("outcome", outcome.Word).SetTag("crops", crops);
                if (outcome is FrameOutcome.Failed(var reason, _)) Fail(root, reason);
                Tell(trace, root.Context, now);
                End(root, now);
            }
        }
        Activity.Current = current;
    }

    private void Tell(FrameTrace trace, ActivityContext root, TimeSpan now)
    {
        Span("capture", root, trace.Asked, trace.Captured);
        foreach (var stage in trace.Stages)
        {
            if (stage.Name == "classify" && trace.Crop is var (begin, end)) Span("crop", root, begin, end ?? now);
            Tell(stage, root, now);
        }
        if (trace.Crop is var (only, over) && trace.Stages.All(s => s.Name == "detect")) Span("crop", root, only, over ?? now);
    }

    private void Tell(TracedStage stage, ActivityContext root, TimeSpan now)
    {
        var over = stage.Answered ?? now;
        using var span = Start(stage.Name, root, stage.Posted);
        if (span is null) return;
        span.SetTag("model", stage.Model.Value);
        if (stage.Variant is { } variant) span.SetTag("variant", variant);
        if (stage.Node is { } node) span.SetTag("node", node);
        if (stage.Error is { } error) Fail(span, error);
        if (stage.Work.Started is { } started && started >= stage.Posted)
        {
            Wait(stage, span.Context, started);
            Span("run", span.Context, started, stage.Work.Ended ?? over);
        }
        else if (stage.Node is null)
        {
            Span("waiting", span.Context, stage.Posted, over);
        }
        End(span, over);
    }

    /// <summary>For its model's lease and load first, where the model was not there, and then for a lane.</summary>
    private void Wait(TracedStage stage, ActivityContext parent, TimeSpan started)
    {
        var from = stage.Posted;
        if (stage.Work.Lease is var (asked, granted, ready) && ready > from)
        {
            using var waiting = Start("waiting", parent, from);
            if (waiting is not null)
            {
                waiting.SetTag("for", "lease");
                if (granted > from) Span("lease", waiting.Context, asked > from ? asked : from, granted);
                Span("load", waiting.Context, granted > from ? granted : from, ready);
                End(waiting, ready);
            }
            from = ready;
        }
        Span("waiting", parent, from, started, "lane");
    }

    private void Span(string name, ActivityContext parent, TimeSpan begin, TimeSpan end, string? waitsFor = null)
    {
        using var span = Start(name, parent, begin);
        if (span is null) return;
        if (waitsFor is not null) span.SetTag("for", waitsFor);
        End(span, end);
    }

    private Activity? Start(string name, ActivityContext parent, TimeSpan at) =>
        PipelineTraces.Source.StartActivity(name, ActivityKind.Internal, parent, tags: null, links: null, startTime: Utc(at));

    private void End(Activity span, TimeSpan at) => span.SetEndTime(Utc(at).UtcDateTime);

    private DateTimeOffset Utc(TimeSpan instant) => time.GetUtcNow() - (time.Instant() - instant);

    private static void Fail(Activity span, string reason) => span.SetTag("error.type", reason).SetStatus(ActivityStatusCode.Error, reason);
}
