using ActorPipeline.Cluster;
using ActorPipeline.Hosting.Explaining;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;

namespace ActorPipeline.Hosting.Running;

/// <summary>Writes what happens into the run's record and its decision log, and says outside the actor system when the run is over.</summary>
internal sealed class RunObserver : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    private sealed record Flush : INotInfluenceReceiveTimeout;

    /// <summary>Ends the run, too, when the root stops without a word.</summary>
    internal sealed record Watch(IActorRef Root);

    private readonly RunRecord _record;
    private readonly DecisionLog? _log;

    /// <param name="record">Where it writes.</param>
    /// <param name="over">Gets <see cref="RunEnded"/> or <see cref="RunRefused"/>.</param>
    /// <param name="decisions">Gets the decisions; null where none are kept.</param>
    public RunObserver(RunRecord record, TaskCompletionSource<ITelemetryEvent> over, DecisionFile? decisions)
    {
        _record = record;
        if (decisions is not null)
        {
            _log = new DecisionLog(decisions.Start, decisions.Write);
            Receive<Flush>(_ => decisions.Flush());
        }
        Observe<LedgerBegun>(record.Apply);
        Observe<LedgerChanged>(record.Apply);
        Observe<MemorySampled>(record.Apply);
        Observe<LeaseChanged>(record.Apply);
        Observe<BudgetChanged>(record.Apply);
        Observe<LeakDebtSeen>(record.Apply);
        Observe<EngineBuilding>(record.Engines.Apply);
        Observe<EngineBuilt>(record.Engines.Apply);
        Observe<ModelStateChanged>(record.Apply);
        Observe<FrameEntered>(record.Apply);
        Observe<FrameConcluded>(record.Apply);
        Observe<NeighbourChanged>(record.Cluster.Apply);
        Observe<CropsHandedOff>(record.Cluster.Apply);
        Observe<CropsServed>(record.Cluster.Apply);
        Observe<BudgetChanged>(_ => { });
        Observe<RecycleRequired>(_ => { });
        Observe<RunStarted>(record.Apply);
        Observe<RunEnded>(ended =>
        {
            record.Apply(ended);
            over.TrySetResult(ended);
        });
        Observe<RunRefused>(refused => over.TrySetResult(refused));
        Receive<Watch>(watch => Context.Watch(watch.Root));
        Receive<Terminated>(_ => over.TrySetResult(new RunRefused(TimeSpan.Zero, ["actor-pipeline stopped"], Stuck: true)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        if (_log is not null) Timers.StartPeriodicTimer(FlushEvery, new Flush(), FlushEvery);
    }

    private void Observe<T>(Action<T> apply)
        where T : ITelemetryEvent => Receive<T>(message =>
    {
        _log?.Take(message);
        lock (_record.Gate) apply(message);
    });
}
