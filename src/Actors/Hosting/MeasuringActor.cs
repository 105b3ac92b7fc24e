using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting;

/// <summary>
/// Has models measured, one at a time, each in a worker process under a lease from a supervisor of its own: the same budget holds as in
/// a run. Where it is stopped, so is the worker.
/// </summary>
internal sealed class MeasuringActor : ReceiveActor
{
    private sealed record WorkerGone(WorkerJob Job) : IDeadLetterSuppression;

    private readonly ActorPipelineSettings _settings;
    private readonly ActorPipelineParts _parts;
    private readonly int _lanes;
    private readonly Queue<KeyValuePair<ModelCard, Footprint>> _models;
    private readonly Action<object> _report;
    private readonly TaskCompletionSource _over;
    private IActorRef _supervisor = ActorRefs.Nobody;
    private WorkerJob? _job;
    private int _workers;

    /// <param name="settings">The configuration: its budget.</param>
    /// <param name="parts">What the actors touch the world through; it has a worker.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="models">Which models, in which form, and what each is thought to need.</param>
    /// <param name="report">Gets <see cref="WorkerDone"/> or <see cref="WorkerFailed"/> of each, as they come.</param>
    /// <param name="over">Set when the last is done, or this is stopped.</param>
    public MeasuringActor(
        ActorPipelineSettings settings, ActorPipelineParts parts, int lanes, IEnumerable<KeyValuePair<ModelCard, Footprint>> models, Action<object> report, TaskCompletionSource over)
    {
        (_settings, _parts, _lanes, _report, _over) = (settings, parts, lanes, report, over);
        _models = new(models);
        Receive<BaseTaken>(_ => Next());
        Receive<WorkerDone>(done => { _report(done); Next(); });
        Receive<WorkerFailed>(failed => { _report(failed); Next(); });
        Receive<WorkerGone>(OnGone);
        // Without the monitor no lease ever ends.
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        var (memory, parts, lanes) = (_settings.Memory, _parts, _lanes);
        var monitor = Context.Watch(Context.ActorOf(Props.Create(() => new MemoryMonitor(memory, parts.Gauge, parts.Machine, parts.Time)), "memory-monitor"));
        _supervisor = parts.Supervisor ?? Context.ActorOf(Props.Create(() => new MemorySupervisor(memory, lanes, monitor, parts.Time)), "memory-supervisor");
        // What this process is by now is its base: only then is a lease's end seen to be one.
        monitor.Tell(new TakeBase());
    }

    protected override void PostStop() => _over.TrySetResult();

    private void Next()
    {
        _job = null;
        if (!_models.TryDequeue(out var model))
        {
            Context.Stop(Self);
            return;
        }
        var (run, supervisor, self) = (_parts.Worker!, _supervisor, Self);
        var job = new WorkerJob.Measure(model.Key, _lanes);
        _job = job;
        var need = WorkerNeed.Of(model.Value, _lanes, _settings.Memory.Budget);
        Context.WatchWith(Context.ActorOf(Props.Create(() => new WorkerActor(job, need, run, supervisor, self)), $"worker-{++_workers}-{model.Key.Id}"), new WorkerGone(job));
    }

    /// <summary>One that has answered is followed by the next already; one that died said nothing.</summary>
    private void OnGone(WorkerGone gone)
    {
        if (gone.Job != _job) return;
        _report(new WorkerFailed(gone.Job, new WorkerAnswer.Failed("the actor of its worker died", null)));
        Next();
    }
}
