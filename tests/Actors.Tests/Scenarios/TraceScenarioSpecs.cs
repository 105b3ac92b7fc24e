using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Scenarios;

/// <summary>Traces of the whole tree.</summary>
public sealed class TraceScenarioSpecs : ScenarioKit
{
    private const string Pipeline = "only-the-trace-scenarios-have-it";

    [Fact]
    public void Should_have_a_whole_trace_of_each_frame_when_all_are_sampled_and_models_take_turns()
    {
        using var recording = new TraceRecording(Pipeline);
        TraceSample = 1;
        foreach (var model in (ModelId[])[Cards.Detector, Cards.Classifier]) Runtime.Add(Declare(model) with { LoadTime = TimeSpan.FromMilliseconds(30), RunTime = TimeSpan.FromMilliseconds(4) });
        Add(Pipeline, new NumberedFrameSource(40, 16, 16));

        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);
        AssertSound(End(TimeSpan.FromMilliseconds(2)));

        var traces = recording.Traces;
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (object)(long)i), traces.Select(trace => trace.Frame.GetTagItem("frame")));
        Assert.All(traces, trace =>
        {
            Assert.Equal(["capture", "classify", "crop", "detect"], Below(trace.Frame, trace.Spans).Select(s => s.OperationName).Order());
            Assert.All(trace.Spans, span => Assert.InRange(span.StartTimeUtc + span.Duration, span.StartTimeUtc, trace.Frame.StartTimeUtc + trace.Frame.Duration));
            Assert.All(trace.Spans, span => Assert.True(span.StartTimeUtc >= trace.Frame.StartTimeUtc));
            foreach (var stage in trace.Spans.Where(s => s.OperationName is "detect" or "classify"))
                Assert.Contains("run", Below(stage, trace.Spans).Select(s => s.OperationName));
        });
        // They do not fit in memory together, so that the first frames' crops waited for the classifier.
        var waited = traces.SelectMany(trace => trace.Spans).Where(s => s.OperationName == "waiting" && Equals(s.GetTagItem("for"), "lease")).ToArray();
        Assert.NotEmpty(waited);
        Assert.Contains(traces.SelectMany(trace => trace.Spans), s => s.OperationName == "lease");
        Assert.Contains(traces.SelectMany(trace => trace.Spans), s => s.OperationName == "load");
    }

    [Fact]
    public void Should_have_no_trace_when_none_is_sampled()
    {
        using var recording = new TraceRecording(Pipeline);
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        Add(Pipeline, new NumberedFrameSource(20, 16, 16));

        Start(budget: 100, models: [Cards.Detector, Cards.Classifier]);
        AssertSound(End());

        Assert.Empty(recording.Traces);
    }

    private static IEnumerable<Activity> Below(Activity parent, IReadOnlyList<Activity> spans) => spans.Where(s => s.ParentSpanId == parent.SpanId);
}
