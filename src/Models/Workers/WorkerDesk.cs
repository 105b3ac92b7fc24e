using System.Text.Json;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Measuring;

namespace ActorPipeline.Workers;

/// <summary>Does the jobs of a worker process, in this process.</summary>
/// <param name="runtime">Makes what loads models, given the job, which says how engines are kept and which library runs models.</param>
/// <param name="gauge">Reads this process.</param>
public sealed class WorkerDesk(Func<WorkerJob, IModelRuntime> runtime, IMemoryGauge gauge)
{
    /// <summary>Does what a line asks for. Never throws for what a job or a model may bring: that is the answer.</summary>
    /// <param name="line">A job, as <see cref="WorkerJson"/> writes it.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public WorkerAnswer Do(string line, CancellationToken cancellation)
    {
        try
        {
            return Do(WorkerJson.Job(line), cancellation);
        }
        catch (JsonException error)
        {
            return new WorkerAnswer.Failed($"the worker does not understand its job: {error.Message}", null);
        }
        catch (ModelLoadException error) when (error.Failure != LoadFailure.Cancelled)
        {
            return new WorkerAnswer.Failed(error.Message, error.Failure);
        }
        catch (ModelLoadException error)
        {
            throw new OperationCanceledException(error.Message, error, cancellation);
        }
        catch (AggregateException error)
        {
            // What lanes threw while they ran the model.
            return new WorkerAnswer.Failed($"a run failed: {error.GetBaseException().Message}", null);
        }
        catch (InvalidOperationException error)
        {
            return new WorkerAnswer.Failed(error.Message, null);
        }
    }

    private WorkerAnswer Do(WorkerJob job, CancellationToken cancellation) => job switch
    {
        WorkerJob.Measure(var card, var lanes) { Room: var room } => new WorkerAnswer.Measured(new FootprintMeasurer(runtime(job), gauge) { Room = room }.Measure(card, lanes, cancellation)),
        WorkerJob.Build(var card) => new WorkerAnswer.Built(runtime(job).Build(card, cancellation)),
        _ => throw new JsonException($"it names the job {job.GetType().Name}, which this build does not know"),
    };
}
