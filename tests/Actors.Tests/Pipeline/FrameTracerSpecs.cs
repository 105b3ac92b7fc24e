using ActorPipeline.Telemetry;
using System.Diagnostics;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Pipeline;

public sealed class FrameTracerSpecs : IDisposable
{
    private const string Pipeline = "only-the-tracer-specs-have-it";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TraceRecording _recording = new(Pipeline);
    private readonly TimeSpan _start;

    public FrameTracerSpecs() => _start = _time.Instant();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public void Should_tell_what_a_frame_waited_for_and_what_was_done_when_it_has_its_outcome()
    {
        var tracer = Tracer(1);
        var trace = tracer.Begin(At(0), At(30), stages: 2)!;
        var detect = trace.Post(0, Cards.Detector, At(31));
        // Its model was away: asked for before, granted at 41, there at 71, and then a lane was busy until 80.
        detect.Start(At(80), new LeaseTimes(At(11), At(41), At(71)));
        detect.Ended = At(95);
        trace.Answer(0, At(96), "int8", null);
        trace.BeginCrop(At(96));
        trace.EndCrop(At(99));
        var classify = trace.Post(1, Cards.Classifier, At(99));
        classify.Start(At(100), new LeaseTimes(At(-900), At(-800), At(-700)));
        classify.Ended = At(110);
        trace.Answer(1, At(111), null, null);
        _time.Advance(TimeSpan.FromMilliseconds(120));
        tracer.End(trace, new FrameId(42), FrameOutcome.Classified.Instance, 3, At(112));

        var (frame, spans) = Assert.Single(_recording.Traces);
        Assert.Equal((42L, "classified", 3), (frame.GetTagItem("frame"), frame.GetTagItem("outcome"), frame.GetTagItem("crops")));
        Assert.Equal(
            [
                "frame 0-112",
                "frame/capture 0-30",
                "frame/classify 99-111",
                "frame/classify/run 100-110",
                "frame/classify/waiting:lane 99-100",
                "frame/crop 96-99",
                "frame/detect 31-96",
                "frame/detect/run 80-95",
                "frame/detect/waiting:lane 71-80",
                "frame/detect/waiting:lease 31-71",
                "frame/detect/waiting:lease/lease 31-41",
                "frame/detect/waiting:lease/load 41-71",
            ],
            Lines(spans));
        Assert.Equal("int8", spans.Single(s => s.OperationName == "detect").GetTagItem("variant"));
        Assert.Equal(Cards.Classifier.Value, spans.Single(s => s.OperationName == "classify").GetTagItem("model"));
    }

    [Fact]
    public void Should_say_where_it_failed_when_a_frame_failed()
    {
        var tracer = Tracer(1);
        var trace = tracer.Begin(At(0), At(1), stages: 1)!;
        trace.Post(0, Cards.Detector, At(2));
        trace.Fail(0, At(9), "model-failed");
        tracer.End(trace, new FrameId(0), new FrameOutcome.Failed("model-failed", "no file"), 0, At(10));

        var (frame, spans) = Assert.Single(_recording.Traces);
        Assert.Equal((ActivityStatusCode.Error, "model-failed"), (frame.Status, frame.GetTagItem("error.type")));
        Assert.Equal(["frame 0-10", "frame/capture 0-1", "frame/detect 2-9", "frame/detect/waiting 2-9"], Lines(spans));
    }

    [Fact]
    public void Should_name_the_node_when_a_neighbour_did_it()
    {
        var tracer = Tracer(1);
        var trace = tracer.Begin(At(0), At(1), stages: 2)!;
        trace.Post(1, Cards.Classifier, At(2));
        trace.Answer(1, At(30), null, "left");
        tracer.End(trace, new FrameId(0), FrameOutcome.Classified.Instance, 1, At(31));

        var (_, spans) = Assert.Single(_recording.Traces);
        Assert.Equal("left", spans.Single(s => s.OperationName == "classify").GetTagItem("node"));
        Assert.DoesNotContain(spans, s => s.OperationName == "waiting");
    }

    [Fact]
    public void Should_leave_what_goes_on_around_it_alone_when_it_tells()
    {
        using var around = new Activity("around").Start();
        var tracer = Tracer(1);
        tracer.End(tracer.Begin(At(0), At(1), 1)!, new FrameId(0), FrameOutcome.Empty.Instance, 0, At(2));

        Assert.Same(around, Activity.Current);
        Assert.Equal(default, Assert.Single(_recording.Traces).Frame.ParentSpanId);
    }

    [Fact]
    public void Should_allocate_nothing_for_a_frame_that_is_not_sampled()
    {
        var tracer = Tracer(0);
        tracer.Begin(At(0), At(1), 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Assert.Null(tracer.Begin(_start, _start, 2));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private FrameTracer Tracer(double sample) => new(new PipelineId(Pipeline), sample, _time);

    private TimeSpan At(double milliseconds) => _start + TimeSpan.FromMilliseconds(milliseconds);

    private static string[] Lines(IReadOnlyList<Activity> spans)
    {
        var zero = new DateTime(2030, 5, 1, 12, 0, 0, DateTimeKind.Utc);
        return [.. spans.Select(s => $"{Path(s)} {(s.StartTimeUtc - zero).TotalMilliseconds:0}-{(s.StartTimeUtc + s.Duration - zero).TotalMilliseconds:0}").Order(StringComparer.Ordinal)];

        string Path(Activity span)
        {
            var name = span.GetTagItem("for") is { } what ? $"{span.OperationName}:{what}" : span.OperationName;
            return spans.FirstOrDefault(s => s.SpanId == span.ParentSpanId) is { } parent ? $"{Path(parent)}/{name}" : name;
        }
    }
}
