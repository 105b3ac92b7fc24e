using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting;

/// <summary>A job that waits for its turn.</summary>
/// <param name="Job">The job.</param>
/// <param name="Need">What its worker may take; <see cref="WorkerNeed"/>.</param>
internal sealed record QueuedJob(WorkerJob Job, Footprint Need);

/// <summary>
/// Has jobs done, one at a time, each in a worker process under a lease from a supervisor of its own: the same budget holds as in a run.
/// Where it is stopped, so is the worker.
/// </summary>
internal sealed class WorkerQueueActor : ReceiveActor
{
    private sealed record WorkerGone(WorkerJob Job) : IDeadLetterSuppression;

    private readonly MemorySettings _settings;
    private readonly ActorPipelineParts _parts;
    private readonly int _lanes;
    private readonly Queue<QueuedJob> _jobs;
    private readonly Action<object> _report;
    private readonly TaskCompletionSource _over;
    private IActorRef _supervisor = ActorRefs.Nobody;
    private WorkerJob? _job;

    /// <param name="settings">The budget and how it is watched.</param>
    /// <param name="parts">What the actors touch the world through; it has a worker.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="jobs">The jobs, in their order; one for each model.</param>
    /// <param name="report">Gets <see cref="WorkerDone"/> or <see cref="WorkerFailed"/> of each, as they come.</param>
    /// <param name="over">Set when the last is done, or this is stopped.</param>
    public WorkerQueueActor(
        MemorySettings settings, ActorPipelineParts parts, int lanes, IEnumerable<QueuedJob> jobs, Action<object> report, TaskCompletionSource over)
    {
        (_settings, _parts, _lanes, _report, _over) = (settings, parts, lanes, report, over);
        _jobs = new(jobs);
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
        var (memory, parts, lanes) = (_settings, _parts, _lanes);
        var monitor = Context.Watch(Context.ActorOf(Props.Create(() => new MemoryMonitor(memory, parts.Gauge, parts.Machine, parts.Time)), "memory-monitor"));
        _supervisor = parts.Supervisor ?? Context.ActorOf(Props.Create(() => new MemorySupervisor(memory, lanes, monitor, parts.Time)), "memory-supervisor");
        // What this process is by now is its base: only then is a lease's end seen to be one.
        monitor.Tell(new TakeBase());
    }

    protected override void PostStop() => _over.TrySetResult();

    private void Next()
    {
        _job = null;
        if (!_jobs.TryDequeue(out var next))
        {
            Context.Stop(Self);
            return;
        }
        var (job, need) = next;
        _job = job;
        Context.WatchWith(Context.ActorOf(WorkerActor.For(job, need, _parts.Worker!, _supervisor, Self), $"worker-{job.Model}"), new WorkerGone(job));
    }

    /// <summary>One that has answered is followed by the next already; one that died said nothing.</summary>
    private void OnGone(WorkerGone gone)
    {
        if (gone.Job != _job) return;
        _report(WorkerFailed.ActorDied(gone.Job));
        Next();
    }
}
