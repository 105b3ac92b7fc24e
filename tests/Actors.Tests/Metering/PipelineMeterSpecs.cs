using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Metering;

public sealed partial class PipelineMeterSpecs : IDisposable
{
    private static readonly PipelineId Street = new("street");

    private readonly PipelineMeter _meter = new();
    private readonly MeterReadings _readings;

    public PipelineMeterSpecs() => _readings = new MeterReadings(_meter.Meter);

    public void Dispose()
    {
        _readings.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Should_count_frames_by_outcome_and_failures_by_what_failed()
    {
        foreach (var outcome in (FrameOutcome[])[FrameOutcome.Classified.Instance, FrameOutcome.Empty.Instance, new FrameOutcome.Failed("run-timeout", "lane 3"), new FrameOutcome.Failed("run-timeout", "lane 4")])
            _meter.Frames.Apply(Concluded(outcome, crops: 3));
        _meter.Frames.Apply(new FrameDropped(TimeSpan.Zero, Street, "overtaken"));

        Assert.Equal(1, _readings.Sum("actor_pipeline.frames{pipeline=street,outcome=classified}"));
        Assert.Equal(1, _readings.Sum("actor_pipeline.frames{pipeline=street,outcome=empty}"));
        Assert.Equal(1, _readings.Sum("actor_pipeline.frames{pipeline=street,outcome=dropped}"));
        Assert.Equal(2, _readings.Sum("actor_pipeline.frames{pipeline=street,outcome=failed,error.type=run-timeout}"));
        Assert.Equal(12, _readings.Sum("actor_pipeline.crops{pipeline=street}"));
        Assert.Equal(0.25, _readings.Last("actor_pipeline.frame.duration{pipeline=street,outcome=classified}"));
    }

    [Fact]
    public void Should_show_what_is_in_flight_and_the_window_when_frames_come_and_go()
    {
        _meter.Frames.Apply(new FrameEntered(TimeSpan.Zero, Street, 3));
        Assert.Equal(3, _readings.Last("actor_pipeline.frames.in_flight{pipeline=street}"));

        _meter.Frames.Apply(Concluded(FrameOutcome.Empty.Instance, inFlight: 3, window: 5));

        Assert.Equal(2, _readings.Last("actor_pipeline.frames.in_flight{pipeline=street}"));
        Assert.Equal(5, _readings.Last("actor_pipeline.window{pipeline=street}"));
    }

    [Fact]
    public void Should_show_a_source_as_away_until_it_is_back_when_frames_of_before_still_enter()
    {
        _meter.Frames.Apply(new FrameEntered(TimeSpan.Zero, Street, 1));
        Assert.Equal(1, _readings.Last("actor_pipeline.source.connected{pipeline=street}"));

        _meter.Frames.Apply(new SourceInterrupted(TimeSpan.Zero, Street, "unplugged"));
        _meter.Frames.Apply(new FrameEntered(TimeSpan.Zero, Street, 2));
        Assert.Equal(0, _readings.Last("actor_pipeline.source.connected{pipeline=street}"));

        _meter.Frames.Apply(new SourceResumed(TimeSpan.Zero, Street, 2, TimeSpan.FromSeconds(7)));

        Assert.Equal(1, _readings.Last("actor_pipeline.source.connected{pipeline=street}"));
        Assert.Equal(7, _readings.Last("actor_pipeline.source.outage.duration{pipeline=street}"));
        Assert.Equal(1, _readings.Sum("actor_pipeline.source.interruptions{pipeline=street}"));
    }

    [Fact]
    public void Should_count_unloads_and_show_one_state_at_a_time_when_a_model_comes_and_goes()
    {
        foreach (var state in (ModelState[])[ModelState.AwaitingLease, ModelState.Loading, ModelState.Ready, ModelState.Draining, ModelState.Draining, ModelState.Unloaded])
            _meter.Models.Apply(new ModelStateChanged(TimeSpan.Zero, Cards.Detector, state, "", Probe: false, null));

        Assert.Equal(1, _readings.Sum($"actor_pipeline.model.unloads{{model={Cards.Detector}}}"));
        Assert.Equal(0, _readings.Sum($"actor_pipeline.model.failures{{model={Cards.Detector}}}"));
        var states = Enum.GetValues<ModelState>().Select(s => Snake().Replace(s.ToString(), "_$0").ToLowerInvariant()).ToArray();
        Assert.Equal(states.Select(s => s == "unloaded" ? 1.0 : 0.0), states.Select(s => _readings.Last($"actor_pipeline.model.state{{model={Cards.Detector},state={s}}}") ?? -1));
    }

    [Fact]
    public void Should_tell_why_leases_were_denied_and_count_models_that_were_given_up()
    {
        _meter.Models.Apply(new LeaseChanged(TimeSpan.Zero, LeaseChange.Denied, Cards.Detector, Bytes.Zero, "") { Denial = MemoryProtocol.DenialReason.Recycle });
        _meter.Models.Apply(new LeaseChanged(TimeSpan.Zero, LeaseChange.Yielded, Cards.Detector, Bytes.Zero, ""));
        _meter.Models.Apply(new ModelStateChanged(TimeSpan.Zero, Cards.Detector, ModelState.Failed, "", Probe: false, null));

        Assert.Equal(1, _readings.Sum($"actor_pipeline.leases{{model={Cards.Detector},change=denied,error.type=recycle}}"));
        Assert.Equal(1, _readings.Sum($"actor_pipeline.leases{{model={Cards.Detector},change=yielded}}"));
        Assert.Equal(1, _readings.Sum($"actor_pipeline.model.failures{{model={Cards.Detector}}}"));
        Assert.Equal(1, _readings.Last($"actor_pipeline.model.state{{model={Cards.Detector},state=failed}}"));
    }

    [Fact]
    public void Should_show_memory_as_it_is_charged_measured_and_missing()
    {
        _meter.Memory.Apply(new MemorySampled(TimeSpan.Zero, Bytes.Zero, Bytes.Zero, Bytes.Zero, Bytes.MiB(64), OverBudget: false, Bytes.Zero));
        Assert.Equal([0.0, 0, 0, 0], ((string[])["memory.critical", "memory.debt", "recycle", "memory.over_budget"]).Select(name => _readings.Last($"actor_pipeline.{name}") ?? -1));
        _meter.Memory.Apply(new LedgerChanged(TimeSpan.Zero, new Charge("detector", ChargeKind.Resident, PoolVector.OfHost(Bytes.MiB(24))), Bytes.MiB(24), Bytes.MiB(64)));
        _meter.Memory.Apply(new BudgetChanged(TimeSpan.Zero, Bytes.MiB(48), Critical: true, "another program"));
        _meter.Memory.Apply(new MemorySampled(TimeSpan.Zero, Bytes.MiB(20), Bytes.MiB(8), Bytes.MiB(24), Bytes.MiB(48), OverBudget: true, Bytes.MiB(90)) { Resident = Bytes.MiB(80) });
        _meter.Memory.Apply(new LeakDebtSeen(TimeSpan.Zero, Bytes.MiB(2)));
        _meter.Memory.Apply(new RecycleRequired(TimeSpan.Zero, "stuck"));

        Assert.Equal(24 << 20, _readings.Last("actor_pipeline.memory.charged{account=detector,kind=resident,pool=host}"));
        Assert.Equal(48 << 20, _readings.Last("actor_pipeline.memory.budget"));
        Assert.Equal(1, _readings.Last("actor_pipeline.memory.critical"));
        Assert.Equal(28 << 20, _readings.Last("actor_pipeline.memory.measured"));
        Assert.Equal(80 << 20, _readings.Last("actor_pipeline.memory.resident"));
        Assert.Equal(1, _readings.Sum("actor_pipeline.memory.over_budget"));
        Assert.Equal(2 << 20, _readings.Last("actor_pipeline.memory.debt"));
        Assert.Equal(1, _readings.Last("actor_pipeline.recycle"));
        _meter.Memory.Begin();
        Assert.Equal(0, _readings.Last("actor_pipeline.memory.charged{account=detector,kind=resident,pool=host}"));
    }

    [Fact]
    public void Should_keep_the_names_of_neighbours_few_when_a_stranger_makes_them_up()
    {
        for (var i = 0; i < 1000; i++) _meter.Neighbours.Apply(new CropsServed(TimeSpan.Zero, $"node-{i}", 1, $"because-{i}"));

        Assert.InRange(_readings.Names.Count(), 64, 100);
        Assert.True(_readings.Sum($"actor_pipeline.served.crops{{node={WordBound.Other},outcome={WordBound.Other}}}") > 900);
    }

    [Fact]
    public void Should_count_neighbours_by_whether_they_are_reached_and_what_they_took()
    {
        foreach (var (node, change) in ((string, string)[])[("left", "heard"), ("right", "heard"), ("far", "heard"), ("right", "unreachable"), ("far", "gone")])
            _meter.Neighbours.Apply(new NeighbourChanged(TimeSpan.Zero, node, change));
        _meter.Neighbours.Apply(new CropsHandedOff(TimeSpan.Zero, "left", 8, 9000, "answered", TimeSpan.FromMilliseconds(30)));

        Assert.Equal(1, _readings.Last("actor_pipeline.neighbours{state=reachable}"));
        Assert.Equal(1, _readings.Last("actor_pipeline.neighbours{state=unreachable}"));
        Assert.Equal(8, _readings.Sum("actor_pipeline.handoff.crops{node=left,outcome=answered}"));
        Assert.Equal(9000, _readings.Sum("actor_pipeline.handoff.size{node=left}"));
        Assert.Equal(0.03, _readings.Last("actor_pipeline.handoff.duration{node=left,outcome=answered}"));
    }

    [Fact]
    public void Should_show_queues_and_how_lanes_are_used_when_the_board_is_looked_at()
    {
        var models = new Dictionary<ModelId, ModelView> { [Cards.Detector] = new(true, null, TimeSpan.FromSeconds(0.5), TimeSpan.Zero, null) { Queued = 4 } };
        _meter.Lanes.Apply(new BoardView(2, TimeSpan.FromSeconds(1), models) { At = TimeSpan.FromSeconds(10) });
        _meter.Lanes.Apply(new BoardView(2, TimeSpan.FromSeconds(1.5), models) { At = TimeSpan.FromSeconds(11) });

        Assert.Equal(2, _readings.Last("actor_pipeline.lanes"));
        Assert.Equal(0.5, _readings.Sum("actor_pipeline.lane.time{state=idle}"), 6);
        Assert.Equal(1.5, _readings.Sum("actor_pipeline.lane.time{state=busy}"), 6);
        Assert.Equal(4, _readings.Last($"actor_pipeline.queue.length{{model={Cards.Detector}}}"));
        Assert.Equal(0.5, _readings.Last($"actor_pipeline.queue.wait{{model={Cards.Detector}}}"));
    }

    [Fact]
    public void Should_be_named_as_the_semantic_conventions_name_things()
    {
        Assert.True(_readings.Instruments.Count >= 30);
        Assert.All(_readings.Instruments, instrument =>
        {
            Assert.Matches("^actor_pipeline(\\.[a-z_]+)+$", instrument.Name);
            Assert.Matches("^(s|By|\\{[a-z]+\\})$", instrument.Unit!);
            Assert.NotEmpty(instrument.Description!);
            Assert.DoesNotContain("total", instrument.Name, StringComparison.Ordinal);
        });
        // What Prometheus has of a histogram without bounds of its own are those for milliseconds.
        Assert.All(_readings.Instruments.OfType<Histogram<double>>(), histogram => Assert.NotNull(histogram.Advice?.HistogramBucketBoundaries));
        Assert.All(_readings.Instruments.OfType<Histogram<long>>(), histogram => Assert.NotNull(histogram.Advice?.HistogramBucketBoundaries));
    }

    [Fact]
    public void Should_allocate_next_to_nothing_for_a_frame_when_somebody_listens()
    {
        using var quiet = new PipelineMeter();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, quiet.Meter)) l.EnableMeasurementEvents(instrument);
        };
        listener.Start();
        var (entered, concluded) = (new FrameEntered(TimeSpan.Zero, Street, 1), Concluded(FrameOutcome.Classified.Instance));
        for (var i = 0; i < 100; i++) Frame();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Frame();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Frame()
        {
            quiet.Frames.Apply(entered);
            quiet.Frames.Apply(concluded);
        }
    }

    private static FrameConcluded Concluded(FrameOutcome outcome, int crops = 1, int inFlight = 1, int window = 4) =>
        new(TimeSpan.Zero, Street, new FrameId(7), outcome, TimeSpan.FromSeconds(0.25), crops, inFlight) { Window = window };

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Snake();
}
