using System.Diagnostics.Metrics;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Metering;

/// <summary>Instruments of pipelines: frames, crops, windows, sources and sinks.</summary>
internal sealed class FrameInstruments
{
    private const string Pipeline = "pipeline";

    private readonly Counter<long> _frames;
    private readonly Counter<long> _crops;
    private readonly Counter<long> _reused;
    private readonly Histogram<double> _duration;
    private readonly Gauge<long> _inFlight;
    private readonly Gauge<long> _window;
    private readonly Gauge<long> _paused;
    private readonly Gauge<long> _connected;
    private readonly Counter<long> _interruptions;
    private readonly Histogram<double> _outages;
    private readonly Counter<long> _sinkDrops;
    private readonly WordBound _reasons = new();
    private readonly HashSet<PipelineId> _begun = [];

    public FrameInstruments(Meter meter)
    {
        _frames = meter.CreateCounter<long>("actor_pipeline.frames", "{frame}", "Frames by outcome; those that failed by error.type.");
        _crops = meter.CreateCounter<long>("actor_pipeline.crops", "{crop}", "Crops classified.");
        _reused = meter.CreateCounter<long>("actor_pipeline.objects.reused", "{object}", "Objects whose labels were made of other frames.");
        _duration = meter.CreateHistogram("actor_pipeline.frame.duration", "s", "From capture to outcome.", tags: null, Buckets.Seconds(0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30));
        _inFlight = meter.CreateGauge<long>("actor_pipeline.frames.in_flight", "{frame}", "Frames captured and without outcome.");
        _window = meter.CreateGauge<long>("actor_pipeline.window", "{frame}", "Frames that may be in flight.");
        _paused = meter.CreateGauge<long>("actor_pipeline.paused", "{pipeline}", "1 while a pipeline was told to stand still, else 0.");
        _connected = meter.CreateGauge<long>("actor_pipeline.source.connected", "{source}", "0 while a live source is away, else 1.");
        _interruptions = meter.CreateCounter<long>("actor_pipeline.source.interruptions", "{interruption}", "Outages of live sources.");
        _outages = meter.CreateHistogram("actor_pipeline.source.outage.duration", "s", "Outages of live sources that are over.", tags: null, Buckets.Seconds(1, 5, 15, 60, 300, 900, 3600, 21600, 86400));
        _sinkDrops = meter.CreateCounter<long>("actor_pipeline.sink.drops", "{frame}", "Results that sinks left out because they were behind.");
    }

    public void Apply(FrameEntered entered)
    {
        var pipeline = new KeyValuePair<string, object?>(Pipeline, entered.Pipeline.Value);
        _inFlight.Record(entered.InFlight, pipeline);
        // Later ones may be of before an outage.
        if (!_begun.Add(entered.Pipeline)) return;
        _connected.Record(1, pipeline);
        _paused.Record(0, pipeline);
    }

    public void Apply(FrameConcluded concluded)
    {
        var pipeline = new KeyValuePair<string, object?>(Pipeline, concluded.Pipeline.Value);
        var outcome = new KeyValuePair<string, object?>("outcome", concluded.Outcome.Word);
        if (concluded.Outcome is FrameOutcome.Failed(var reason, _)) _frames.Add(1, pipeline, outcome, new("error.type", _reasons.Of(reason)));
        else _frames.Add(1, pipeline, outcome);
        _duration.Record(concluded.Latency.TotalSeconds, pipeline, outcome);
        if (concluded.Crops > 0) _crops.Add(concluded.Crops, pipeline);
        if (concluded.Reused > 0) _reused.Add(concluded.Reused, pipeline);
        _inFlight.Record(concluded.InFlight - 1, pipeline);
        _window.Record(concluded.Window, pipeline);
    }

    public void Apply(FrameDropped dropped) => _frames.Add(1, new(Pipeline, dropped.Pipeline.Value), new("outcome", "dropped"));

    public void Apply(SinkDropped dropped) => _sinkDrops.Add(1, new(Pipeline, dropped.Pipeline.Value), new("sink", dropped.Sink));

    public void Apply(PipelinePaused paused) => _paused.Record(paused.Paused ? 1 : 0, new KeyValuePair<string, object?>(Pipeline, paused.Pipeline.Value));

    public void Apply(SourceInterrupted interrupted)
    {
        var pipeline = new KeyValuePair<string, object?>(Pipeline, interrupted.Pipeline.Value);
        _interruptions.Add(1, pipeline);
        _connected.Record(0, pipeline);
    }

    public void Apply(SourceResumed resumed)
    {
        var pipeline = new KeyValuePair<string, object?>(Pipeline, resumed.Pipeline.Value);
        _outages.Record(resumed.Outage.TotalSeconds, pipeline);
        _connected.Record(1, pipeline);
    }
}
