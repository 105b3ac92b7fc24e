using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Inference;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Configuration;

namespace ActorPipeline.Hosting.Workers;

/// <summary>A configuration whose models are each the subject of a job.</summary>
/// <param name="Settings">The configuration.</param>
/// <param name="Parts">What the actors touch the world through; it has a worker.</param>
/// <param name="Lanes">Lanes that may run a model at once.</param>
/// <param name="Models">What the models' files tell, with the footprints that they are counted with.</param>
/// <param name="Log">Gets warnings and errors.</param>
internal sealed record ModelJobs(
    ActorPipelineSettings Settings, ActorPipelineParts Parts, int Lanes, IReadOnlyDictionary<ModelId, ModelInspection> Models, StderrLog Log)
{
    /// <summary>Has jobs done, one at a time, under the configuration's budget.</summary>
    /// <param name="jobs">What is to be done.</param>
    /// <param name="began">Called when a job's process is about to start.</param>
    /// <param name="ended">Gets <see cref="Serving.WorkerProtocol.WorkerDone"/> or <see cref="Serving.WorkerProtocol.WorkerFailed"/> of each, one at a time.</param>
    /// <param name="interrupt">Kills the worker and ends it.</param>
    public async Task RunAsync(IReadOnlyList<QueuedJob> jobs, Action<ModelId> began, Action<object> ended, CancellationToken interrupt)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var system = ActorSystem.Create("actor-pipeline", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF, coordinated-shutdown.run-by-clr-shutdown-hook = off }").WithFallback(ActorPipelineHosting.Dispatchers()));
        var (memory, parts, lanes) = (Settings.Memory, Parts with { Worker = Announced(Parts.Worker!, began) }, Lanes);
        var queue = system.ActorOf(Props.Create(() => new WorkerQueueActor(memory, parts, lanes, jobs, ended, over)), "worker-queue");
        await using (interrupt.Register(() => system.Stop(queue)))
            await over.Task;
        await system.Terminate();
    }

    private static Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> Announced(
        Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> run, Action<ModelId> began) => (job, cancellation) =>
    {
        began(job.Model);
        return run(job, cancellation);
    };
}
