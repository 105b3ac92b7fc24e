using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorPipeline.Telemetry;

/// <summary>The traces of one pipeline while it lives; other specs may have others at the same time.</summary>
internal sealed class TraceRecording : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;
    private readonly string _pipeline;

    public TraceRecording(string pipeline)
    {
        _pipeline = pipeline;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PipelineTraces.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Each trace that is over: its frame and all its spans.</summary>
    public IReadOnlyList<(Activity Frame, IReadOnlyList<Activity> Spans)> Traces =>
        [.. _spans.GroupBy(span => span.TraceId)
            .Select(trace => (Frame: trace.FirstOrDefault(span => span.OperationName == "frame"), Spans: (IReadOnlyList<Activity>)[.. trace]))
            .Where(trace => Equals(trace.Frame?.GetTagItem("pipeline"), _pipeline))
            .Select(trace => (trace.Frame!, trace.Spans))
            .OrderBy(trace => trace.Item1.GetTagItem("frame"))];

    public void Dispose() => _listener.Dispose();
}
