using ActorPipeline.Metering;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Other specs have meters of the same name at the same time: what is counted here is known by its model and its number.</summary>
public sealed class MeterActorSpecs : VirtualTimeKit
{
    private static readonly ModelId Model = new("only-the-meter-specs-have-it");
    private static readonly Bytes Odd = new(123_456_789);

    private readonly ConcurrentQueue<string> _leases = new();
    private readonly ConcurrentQueue<long> _budgets = new();

    [Fact]
    public void Should_count_every_kind_of_decision_and_show_the_budget_when_they_are_published()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == PipelineMeter.Name) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(Take);
        listener.Start();
        var meter = Sys.ActorOf(Props.Create(() => new MeterActor(TestActor)));
        var kinds = Enum.GetValues<LeaseChange>();

        foreach (var kind in kinds) meter.Tell(new LeaseChanged(TimeSpan.Zero, kind, Model, Bytes.Zero, ""));
        meter.Tell(new BudgetChanged(TimeSpan.Zero, Odd, Critical: false, ""));

        Eventually(() => Assert.Single(_budgets));
        Assert.Equal(kinds.Select(kind => kind.ToString().ToLowerInvariant()), _leases);
    }

    [Fact]
    public void Should_count_outages_by_pipeline_when_they_are_published()
    {
        var counted = new ConcurrentQueue<object?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "actor_pipeline.source.interruptions") l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Enqueue(tags[0].Value));
        listener.Start();
        // It has subscribed once it answers.
        Sys.ActorOf(Props.Create(() => new MeterActor(TestActor))).Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();

        foreach (var pipeline in (string[])["meter-spec-door", "meter-spec-yard", "meter-spec-door"])
            Sys.EventStream.Publish(new Pipeline.SourceInterrupted(TimeSpan.Zero, new Serving.PipelineId(pipeline), "unplugged"));

        // Others run their own systems meanwhile, which this listener hears too.
        Eventually(() => Assert.Equal(["meter-spec-door", "meter-spec-yard", "meter-spec-door"], counted.Where(c => $"{c}".StartsWith("meter-spec", StringComparison.Ordinal))));
    }

    [Fact]
    public void Should_look_at_the_board_each_second_when_somebody_listens()
    {
        using var readings = new MeterReadings();
        var meter = Sys.ActorOf(Props.Create(() => new MeterActor(TestActor)));
        meter.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();

        Advance(TimeSpan.FromSeconds(1));
        ExpectMsg<GetBoardView>();
        LastSender.Tell(new BoardView(3, TimeSpan.Zero, new Dictionary<ModelId, ModelView> { [Model] = new() { Queued = 17 } }));

        Eventually(() => Assert.Equal(17, readings.Last($"actor_pipeline.queue.length{{model={Model}}}")));
    }

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == "actor_pipeline.memory.budget" && value == Odd.Count) _budgets.Enqueue(value);
        if (instrument.Name != "actor_pipeline.leases") return;
        var (ours, change) = (false, "");
        foreach (var (key, tag) in tags)
        {
            if (key == "model") ours = Model.Value.Equals(tag);
            if (key == "change") change = (string)tag!;
        }
        if (ours) _leases.Enqueue(change);
    }
}
