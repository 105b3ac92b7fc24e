using System.Text.Json;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Measuring;
using ActorPipeline.Quantization;

namespace ActorPipeline.Workers;

/// <summary>Does the jobs of a worker process, in this process.</summary>
/// <param name="runtime">Makes what loads models, given the job, which says how engines are kept and which library runs models.</param>
/// <param name="gauge">Reads this process.</param>
public sealed class WorkerDesk(Func<WorkerJob, IModelRuntime> runtime, IMemoryGauge gauge)
{
    /// <summary>Is told how far a job is, on the thread that does it; by default nobody is.</summary>
    public Action<WorkerProgress> Progress { get; init; } = _ => { };

    /// <summary>Gets warnings for people, from any thread; by default nobody does.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Quantises; a spec may do something else.</summary>
    public Func<QuantizationRequest, Action<QuantizationProgress>, CancellationToken, QuantizationReport>? Quantize { get; init; }

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
        catch (QuantizationException error)
        {
            return new WorkerAnswer.Failed(error.Message, null) { BadInput = true };
        }
        catch (AggregateException error)
        {
            // What lanes threw while they ran the model.
            return new WorkerAnswer.Failed($"a run failed: {error.GetBaseException().Message}", null);
        }
        catch (OutOfMemoryException)
        {
            return new WorkerAnswer.Failed("there was not enough memory", null);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return new WorkerAnswer.Failed(error.Message, null);
        }
    }

    private WorkerAnswer Do(WorkerJob job, CancellationToken cancellation) => job switch
    {
        WorkerJob.Measure(var card, var lanes) { Room: var room } => new WorkerAnswer.Measured(new FootprintMeasurer(runtime(job), gauge) { Room = room }.Measure(card, lanes, cancellation)),
        WorkerJob.Build(var card) => new WorkerAnswer.Built(runtime(job).Build(card, cancellation)),
        WorkerJob.Quantize(var request) => new WorkerAnswer.Quantized(Quantised(request, cancellation)),
        _ => throw new JsonException($"it names the job {job.GetType().Name}, which this build does not know"),
    };

    private QuantizationReport Quantised(QuantizationRequest request, CancellationToken cancellation) =>
        (Quantize ?? new Quantizer(Warn).Run)(request, at => Progress(new WorkerProgress.Quantizing(at)), cancellation);
}
