using System.Diagnostics;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Chain;

/// <summary>How a loop went.</summary>
/// <param name="Frames">Frames done.</param>
/// <param name="Crops">Crops classified.</param>
/// <param name="Seconds">From before the first read to the last result.</param>
internal readonly record struct LoopRun(int Frames, long Crops, double Seconds)
{
    /// <summary>Frames a second.</summary>
    public double Rate => Frames / Seconds;
}

/// <summary>
/// What a careful person writes by hand: decode, resize, detect, suppress, crop, classify, one after the other on one thread, in buffers
/// made once. No actors, no leases.
/// </summary>
/// <param name="detector">The detector; this owns it.</param>
/// <param name="classifier">The classifier; this owns it.</param>
internal sealed class BareLoop(IFrameDetector detector, ICropClassifier classifier) : IDisposable
{
    /// <summary>Crops of a frame that are classified, the best first: as many as the pipeline's.</summary>
    public const int MostCrops = 8;

    /// <summary>Runs on the calling thread.</summary>
    /// <param name="frames">Frames of the street at most.</param>
    /// <param name="notes">Gets each frame's result; null where nobody wants it.</param>
    /// <param name="latencies">Gets each frame's milliseconds from decoded to done; null where nobody wants them.</param>
    /// <param name="stop">Ends it after the present frame.</param>
    public LoopRun Run(int frames, FrameNotes? notes = null, List<double>? latencies = null, CancellationToken stop = default)
    {
        using var source = FrameSources.Open(BenchData.Street);
        using var pool = new PixelPool(1, source.Open().FrameBytes);
        using var cropPool = new PixelPool(1, ImageView.PackedBytes(classifier.Width, classifier.Height));
        var (buffer, cropBuffer) = (pool.TryRent()!, cropPool.TryRent()!);
        var crop = cropBuffer.View(classifier.Width, classifier.Height);
        var found = new Detection[BenchData.PicoDet.MaxDetections];
        var labels = new Classification[MostCrops];
        var (done, crops) = (0, 0L);
        var clock = Stopwatch.StartNew();
        for (; done < frames && !stop.IsCancellationRequested && source.Read(buffer) is SourceRead.Frame frame; done++)
        {
            var decoded = Stopwatch.GetTimestamp();
            var view = buffer.View(frame.Width, frame.Height);
            var count = detector.Detect(view, found);
            var named = Math.Min(count, MostCrops);
            for (var i = 0; i < named; i++)
            {
                Cropper.Crop(view, found[i].Box, crop);
                labels[i] = classifier.Classify(crop);
            }
            crops += named;
            latencies?.Add(Stopwatch.GetElapsedTime(decoded).TotalMilliseconds);
            notes?.Add(found.AsSpan(0, count), labels.AsSpan(0, named));
        }
        var run = new LoopRun(done, crops, clock.Elapsed.TotalSeconds);
        buffer.Release();
        cropBuffer.Release();
        return run;
    }

    public void Dispose()
    {
        detector.Dispose();
        classifier.Dispose();
    }
}
