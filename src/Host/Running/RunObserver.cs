using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;

namespace ActorPipeline.Hosting.Running;

/// <summary>Writes what happens into the run's record, and says outside the actor system when the run is over.</summary>
internal sealed class RunObserver : ReceiveActor
{
    /// <summary>Ends the run, too, when the root stops without a word.</summary>
    internal sealed record Watch(IActorRef Root);

    private readonly RunRecord _record;

    /// <param name="record">Where it writes.</param>
    /// <param name="over">Gets <see cref="RunEnded"/> or <see cref="RunRefused"/>.</param>
    public RunObserver(RunRecord record, TaskCompletionSource<ITelemetryEvent> over)
    {
        _record = record;
        Observe<LedgerBegun>(record.Apply);
        Observe<LedgerChanged>(record.Apply);
        Observe<MemorySampled>(record.Apply);
        Observe<LeaseChanged>(record.Apply);
        Observe<BudgetChanged>(record.Apply);
        Observe<LeakDebtSeen>(record.Apply);
        Observe<ModelStateChanged>(record.Apply);
        Observe<FrameEntered>(record.Apply);
        Observe<FrameConcluded>(record.Apply);
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

    private void Observe<T>(Action<T> apply) => Receive<T>(message =>
    {
        lock (_record.Gate) apply(message);
    });
}
