using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;

namespace ActorPipeline.Hosting;

/// <summary>Owns the instruments: records what is published on the event stream.</summary>
internal sealed class MeterActor : ReceiveActor
{
    private readonly PipelineMeter _meter = new();

    public MeterActor()
    {
        Receive<FrameConcluded>(e => _meter.FrameConcluded(e.Pipeline.Value, e.Outcome.Word, e.Latency, e.Crops));
        Receive<SourceInterrupted>(e => _meter.SourceInterrupted(e.Pipeline.Value));
        Receive<LeaseChanged>(e => _meter.LeaseChanged(e.Model.Value, e.Change.ToString().ToLowerInvariant()));
        Receive<ModelStateChanged>(e => { if (e.Load is { } load) _meter.Loaded(e.Model.Value, load.Provider.ToString().ToLowerInvariant(), load.LoadTime); });
        Receive<LedgerChanged>(e => _meter.Charged(e.Charged, e.Budget));
        Receive<BudgetChanged>(e => _meter.BudgetChanged(e.Budget));
        Receive<MemorySampled>(e => _meter.Measured(e.Anonymous + e.Pools));
        Receive<LeakDebtSeen>(e => _meter.Debt(e.Debt));
        Receive<FootprintObserved>(e => _meter.Observed(e.Model.Value, e.Reserved, e.Peak));
    }

    protected override void PreStart()
    {
        Type[] types =
        [
            typeof(FrameConcluded), typeof(SourceInterrupted), typeof(LeaseChanged), typeof(ModelStateChanged), typeof(LedgerChanged), typeof(BudgetChanged), typeof(MemorySampled), typeof(LeakDebtSeen),
            typeof(FootprintObserved),
        ];
        foreach (var type in types)
            Context.System.EventStream.Subscribe(Self, type);
    }

    protected override void PostStop() => _meter.Dispose();
}
