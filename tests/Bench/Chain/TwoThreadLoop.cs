using System.Collections.Concurrent;
using System.Diagnostics;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Chain;

/// <summary>
/// What a careful person writes by hand for two cores: one thread decodes and detects, the other crops and classifies; a bounded queue
/// between them, buffers from a pool.
/// </summary>
/// <param name="detector">The detector; this owns it.</param>
/// <param name="classifier">The classifier; this owns it.</param>
internal sealed class TwoThreadLoop(IFrameDetector detector, ICropClassifier classifier) : IDisposable
{
    /// <summary>Frames between the threads at most: the shorter the better for memory, and more did not make it faster.</summary>
    private const int Between = 4;

    /// <summary>Runs; the calling thread classifies.</summary>
    /// <param name="frames">Frames of the street at most.</param>
    public LoopRun Run(int frames)
    {
        using var source = FrameSources.Open(BenchData.Street);
        // One with each thread besides.
        using var pool = new PixelPool(Between + 2, source.Open().FrameBytes);
        using var cropPool = new PixelPool(1, ImageView.PackedBytes(classifier.Width, classifier.Height));
        using BlockingCollection<DetectedFrame> free = [], detected = new(Between);
        while (pool.TryRent() is { } pixels) free.Add(new DetectedFrame(pixels));
        var cropBuffer = cropPool.TryRent()!;
        var crop = cropBuffer.View(classifier.Width, classifier.Height);
        var (done, crops) = (0, 0L);
        var clock = Stopwatch.StartNew();
        Exception? failure = null;
        var detecting = new Thread(() =>
        {
            try
            {
                Detect(source, frames, free, detected);
            }
            catch (Exception error) // the calling thread's to throw
            {
                failure = error;
            }
            finally
            {
                detected.CompleteAdding();
            }
        });
        detecting.Start();
        foreach (var frame in detected.GetConsumingEnumerable())
        {
            for (var i = 0; i < Math.Min(frame.Count, BareLoop.MostCrops); i++, crops++)
            {
                Cropper.Crop(frame.View, frame.Found[i].Box, crop);
                classifier.Classify(crop);
            }
            free.Add(frame);
            done++;
        }
        detecting.Join();
        var run = new LoopRun(done, crops, clock.Elapsed.TotalSeconds);
        cropBuffer.Release();
        foreach (var frame in free) frame.Pixels.Release();
        return failure is null ? run : throw new InvalidOperationException("The detecting thread failed.", failure);
    }

    public void Dispose()
    {
        detector.Dispose();
        classifier.Dispose();
    }

    private void Detect(IFrameSource source, int frames, BlockingCollection<DetectedFrame> free, BlockingCollection<DetectedFrame> detected)
    {
        for (var read = 0; read < frames; read++)
        {
            var frame = free.Take();
            if (source.Read(frame.Pixels) is not SourceRead.Frame size)
            {
                free.Add(frame);
                return;
            }
            frame.View = frame.Pixels.View(size.Width, size.Height);
            frame.Count = detector.Detect(frame.View, frame.Found);
            detected.Add(frame);
        }
    }

    /// <summary>What goes from one thread to the other, and back.</summary>
    private sealed class DetectedFrame(PixelBuffer pixels)
    {
        public PixelBuffer Pixels { get; } = pixels;

        public Detection[] Found { get; } = new Detection[BenchData.PicoDet.MaxDetections];

        public ImageView View { get; set; }

        public int Count { get; set; }
    }
}
