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
/// <param name="Forms">Each form of each model, merged ones in the place of their parts.</param>
/// <param name="Log">Gets warnings and errors.</param>
internal sealed record ModelJobs(
    ActorPipelineSettings Settings, ActorPipelineParts Parts, int Lanes, IReadOnlyList<ModelForm> Forms, StderrLog Log)
{
    /// <summary>What a form of a model is called.</summary>
    public string TitleOf(ModelCard card) => Forms.First(f => f.Card == card).Title;

    /// <summary>What it is counted with.</summary>
    public Footprint FootprintOf(ModelCard card) => Forms.First(f => f.Card == card).Inspection.Footprint;

    /// <summary>Has jobs done, one at a time, under the configuration's budget.</summary>
    /// <param name="jobs">What is to be done.</param>
    /// <param name="began">Called when a job's process is about to start.</param>
    /// <param name="ended">Gets <see cref="Serving.WorkerProtocol.WorkerDone"/> or <see cref="Serving.WorkerProtocol.WorkerFailed"/> of each, one at a time.</param>
    /// <param name="interrupt">Kills the worker and ends it.</param>
    public async Task RunAsync(IReadOnlyList<QueuedJob> jobs, Action<string> began, Action<object> ended, CancellationToken interrupt)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var system = ActorSystem.Create("actor-pipeline", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF, coordinated-shutdown.run-by-clr-shutdown-hook = off }").WithFallback(ActorPipelineHosting.Dispatchers()));
        var (memory, parts, lanes) = (Settings.Memory, Parts with { Worker = Announced(Parts.Worker!, began, job => TitleOf(job.Card)) }, Lanes);
        var queue = system.ActorOf(Props.Create(() => new WorkerQueueActor(memory, parts, lanes, jobs, ended, over)), "worker-queue");
        await using (interrupt.Register(() => system.Stop(queue)))
            await over.Task;
        await system.Terminate();
    }

    private static Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> Announced(
        Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> run, Action<string> began, Func<WorkerJob, string> titleOf) => (job, cancellation) =>
    {
        began(titleOf(job));
        return run(job, cancellation);
    };
}

/// <summary>One form of a model.</summary>
/// <param name="Title">What it is called for people.</param>
/// <param name="Card">By which it is loaded.</param>
/// <param name="Inspection">What its file tells, with the footprint that it is counted with.</param>
internal sealed record ModelForm(string Title, ModelCard Card, ModelInspection Inspection);
