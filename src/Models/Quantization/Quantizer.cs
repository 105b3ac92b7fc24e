using System.Diagnostics;
using ActorPipeline.Evaluation;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>
/// Turns a float model into an 8-bit one by calibration, and publishes it only where it passes the gate: little enough lost on pictures that
/// calibration never saw, smaller, quicker, and truly run by integer kernels.
/// </summary>
/// <param name="log">Gets what a person should know while it goes on, from any thread; null drops it. What stands in the report is not said here.</param>
public sealed class Quantizer(Action<string>? log = null)
{
    /// <summary>Where a folder is made for what is written meanwhile; null for among the temporary files.</summary>
    internal string? Scratch { get; init; }

    /// <summary>Quantises a model; blocks for a minute or so.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Told how far it is, on the calling thread.</param>
    /// <param name="cancellation">Ends it; nothing is left behind.</param>
    /// <exception cref="QuantizationException">The model cannot be quantised, or the pictures do not do.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public QuantizationReport Run(QuantizationRequest request, Action<QuantizationProgress> progress, CancellationToken cancellation)
    {
        var form = QuantizedForm.Of(request);
        var clock = Stopwatch.StartNew();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        var folder = Scratch is { } scratch ? Directory.CreateDirectory(Path.Combine(scratch, "quantize")) : Directory.CreateTempSubdirectory("actorpipeline-quantize-");
        try
        {
            var library = OnnxLibraries.For(request.Card, request.Library, log);
            var report = new QuantizationRun(request, form, library, folder.FullName, progress, cancellation).Run();
            process.Refresh();
            return report with { Seconds = clock.Elapsed.TotalSeconds, PeakMemory = new Bytes(Math.Max(0, process.PeakWorkingSet64 - before)) };
        }
        catch (EvaluationException e)
        {
            throw new QuantizationException(e.Message, e);
        }
        catch (Exception e) when (e is OnnxCallException or ModelLoadException { Failure: not LoadFailure.Cancelled } or InvalidDataException)
        {
            throw new QuantizationException($"The model {request.Card.Path} cannot be quantised: {e.Message}", e);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
