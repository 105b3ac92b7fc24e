using ActorPipeline.Hosting.Workers;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>Has a worker process quantise; <see cref="QuantizeWorkers.Real"/> but in a spec.</summary>
/// <param name="job">The job.</param>
/// <param name="scratch">A folder for what the worker needs meanwhile; who asks removes it, however the worker ends.</param>
/// <param name="log">Gets what it writes to standard error, line by line, from any thread.</param>
/// <param name="progress">Told how far it is, one at a time and from any thread.</param>
/// <param name="cancellation">Kills the process.</param>
internal delegate Task<WorkerAnswer> QuantizeWorker(
    WorkerJob.Quantize job, string scratch, Action<string> log, Action<WorkerProgress> progress, CancellationToken cancellation);

/// <summary>
/// Real workers. They run under no lease: this process has no cameras and no models, so that a ledger of its own would have nobody to
/// decide between, and the budget of a configuration is for running its models, of which quantising takes several times as much.
/// </summary>
internal static class QuantizeWorkers
{
    // Hundreds of pictures on a small board may take hours, and how far it is can be seen; this is for one that hangs.
    private static readonly TimeSpan Within = TimeSpan.FromHours(24);

    /// <summary>A child process of this program.</summary>
    public static readonly QuantizeWorker Real = (job, scratch, log, progress, cancellation) => new WorkerProcess(
        () =>
        {
            var start = WorkerProgram.Start();
            start.Environment["TMPDIR"] = scratch;
            return start;
        },
        Within, log, progress).RunAsync(job, cancellation);
}
