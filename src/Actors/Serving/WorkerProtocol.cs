using ActorPipeline.Workers;

namespace ActorPipeline.Serving;

/// <summary>What a <see cref="WorkerActor"/> tells who waits for its job. Exactly one of the two comes, once the worker process is gone and its lease is over.</summary>
public static class WorkerProtocol
{
    /// <summary>The job is done.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Answer">What came of it.</param>
    public sealed record WorkerDone(WorkerJob Job, WorkerAnswer Answer);

    /// <summary>The job is not done: no lease, a worker that died or was killed, a model that cannot be loaded.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Why">What went wrong.</param>
    public sealed record WorkerFailed(WorkerJob Job, WorkerAnswer.Failed Why)
    {
        /// <summary>What its parent says for an actor that died without a word.</summary>
        public static WorkerFailed ActorDied(WorkerJob job) => new(job, new WorkerAnswer.Failed("the actor of its worker died", null));
    }
}
