using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Serving;

/// <summary>
/// Stands for one job of a worker process: asks for the job's own lease, has the process run, and gives the lease back when the process
/// is gone, and its memory with it. Lives for that job alone; where it is stopped, the process is killed.
/// AwaitingLease -> Working -> Releasing.
/// </summary>
internal sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private sealed record Answered(WorkerAnswer Answer) : IDeadLetterSuppression;

    private sealed record SupervisorLost : IDeadLetterSuppression
    {
        public static readonly SupervisorLost Instance = new();
    }

    private sealed record AskAgain : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly AskAgain Instance = new();
    }

    private const string SupervisorDied = "the memory supervisor died";
    private const int MostRequests = 5;

    private readonly WorkerJob _job;
    private readonly LeaseVariant _variant;
    private readonly Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> _run;
    private readonly IActorRef _supervisor;
    private readonly IActorRef _replyTo;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private long _requests;
    private LeaseId _lease;
    private bool _supervisorLost;

    /// <param name="job">What the process is to do.</param>
    /// <param name="need">What it may take; <see cref="WorkerNeed"/>.</param>
    /// <param name="run">Starts the process; its task ends when the process is gone, also where it is cancelled.</param>
    /// <param name="supervisor">Grants the lease.</param>
    /// <param name="replyTo">Waits for the job.</param>
    public WorkerActor(WorkerJob job, Footprint need, Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> run, IActorRef supervisor, IActorRef replyTo)
    {
        (_job, _run, _supervisor, _replyTo) = (job, run, supervisor, replyTo);
        _variant = new LeaseVariant("worker", need);
        Become(AwaitingLease);
    }

    /// <summary>How one is made; the parameters are the constructor's.</summary>
    public static Props For(WorkerJob job, Footprint need, Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> run, IActorRef supervisor, IActorRef replyTo) =>
        Props.Create(() => new WorkerActor(job, need, run, supervisor, replyTo));

    public ITimerScheduler Timers { get; set; } = null!;

    private RequestId Request => new(Self.Path.Uid, _requests);

    protected override void PreStart()
    {
        Context.WatchWith(_supervisor, SupervisorLost.Instance);
        Ask();
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private void AwaitingLease()
    {
        Receive<LeaseGranted>(granted => granted.Request == Request, OnGranted);
        Receive<LeaseQueued>(_ => { });
        Receive<LeaseDenied>(OnDenied);
        Receive<RequestWithdrawn>(_ => Fail("its request for memory was withdrawn"));
        Receive<AskAgain>(_ => Ask());
        Receive<SupervisorLost>(_ => Fail(SupervisorDied));
    }

    private void Working()
    {
        Receive<Answered>(answered => OnAnswered(answered.Answer));
        Receive<Status.Failure>(failure => OnAnswered(new WorkerAnswer.Failed(Text(failure.Cause), null)));
        // A job cannot be half done: it is finished first, and what it holds comes back then.
        Receive<YieldLease>(yield => _log.Info("The worker for {Model} ends before it yields: {Reason}", _job.Model, yield.Reason));
        Receive<SupervisorLost>(_ => { _supervisorLost = true; _stop.Cancel(); });
    }

    private void Releasing(WorkerAnswer answer)
    {
        Receive<LeaseEnded>(_ => Reply(answer));
        Receive<YieldLease>(_ => { });
        // The process is gone; what it found is as good as before.
        Receive<SupervisorLost>(_ => Reply(answer));
    }

    private void Ask()
    {
        _requests++;
        _supervisor.Tell(new RequestLease(Request, _job.Model, [_variant]) { Phase = LeasePhase.Build });
    }

    private void OnDenied(LeaseDenied denied)
    {
        if (denied.RetryAfter is { } wait && _requests < MostRequests) Timers.StartSingleTimer(AskAgain.Instance, AskAgain.Instance, wait);
        else Fail(denied.Explanation);
    }

    private void OnGranted(LeaseGranted granted)
    {
        _lease = granted.Lease.Id;
        Become(Working);
        _run(_job, _stop.Token).PipeTo(Self, success: answer => new Answered(answer));
    }

    private void OnAnswered(WorkerAnswer answer)
    {
        if (_supervisorLost)
        {
            Fail(SupervisorDied);
            return;
        }
        Become(() => Releasing(answer));
        _supervisor.Tell(new ReleaseLease(_lease));
    }

    private void Fail(string reason) => Reply(new WorkerAnswer.Failed(reason, null));

    private void Reply(WorkerAnswer answer)
    {
        _replyTo.Tell(answer is WorkerAnswer.Failed failed ? new WorkerFailed(_job, failed) : new WorkerDone(_job, answer));
        Context.Stop(Self);
    }

    private static string Text(Exception cause) => cause is OperationCanceledException ? "it was stopped" : $"{cause.GetType().Name}: {cause.Message}";
}
