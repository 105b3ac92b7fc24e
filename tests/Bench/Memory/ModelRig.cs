using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Memory;

/// <summary>
/// Loads, runs and unloads models on the threads that the product has for it: one that loads and unloads, and a lane for each core.
/// Runs are of one frame of the street.
/// </summary>
internal sealed class ModelRig : IDisposable
{
    private readonly LinuxMemoryGauge _gauge = new();
    private readonly BenchThread _loader = new("load");
    private readonly BenchThread[] _lanes = [new("lane-0"), new("lane-1")];
    private readonly PixelPool _pool;
    private readonly PixelBuffer _picture;
    private readonly (int Width, int Height) _size;

    public ModelRig()
    {
        using var source = FrameSources.Open(BenchData.Street);
        _pool = new PixelPool(1, source.Open().FrameBytes);
        _picture = _pool.TryRent()!;
        var frame = (SourceRead.Frame)source.Read(_picture);
        _size = (frame.Width, frame.Height);
    }

    /// <summary>The process's memory now.</summary>
    public MemoryReading Read() => _gauge.Read();

    /// <summary>Loads a model.</summary>
    /// <returns>It, and how long that took.</returns>
    public (ILoadedModel Model, double Milliseconds) Load(IModelRuntime runtime, ModelCard card) => _loader.Run(() =>
    {
        var clock = Stopwatch.StartNew();
        return (runtime.Load(card, CancellationToken.None), clock.Elapsed.TotalMilliseconds);
    }).GetAwaiter().GetResult();

    /// <summary>Runs a model so many times on each of so many lanes at once.</summary>
    /// <returns>The time that a fifth of the runs stay below: what else the machine does hardly shows in it.</returns>
    public double Run(ILoadedModel model, int lanes, int runs)
    {
        var times = Task.WhenAll(_lanes.Take(lanes).Select((lane, number) => lane.Run(() => Infer(model, number, runs)))).GetAwaiter().GetResult();
        return times.SelectMany(t => t).Order().ElementAt(lanes * runs / 5);
    }

    /// <summary>What a session's actor does when its lease ends: dispose and trim.</summary>
    /// <returns>How long the trim took, in milliseconds.</returns>
    public double Unload(ILoadedModel model) => _loader.Run(() =>
    {
        model.Dispose();
        var clock = Stopwatch.StartNew();
        NativeHeap.Trim();
        return clock.Elapsed.TotalMilliseconds;
    }).GetAwaiter().GetResult();

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
        _loader.Dispose();
        _picture.Release();
        _pool.Dispose();
        _gauge.Dispose();
    }

    private double[] Infer(ILoadedModel model, int lane, int runs)
    {
        var times = new double[runs];
        var found = new Detection[model.Card.MaxDetections];
        var top = new Classification[model.Card.Top];
        for (var run = 0; run < runs; run++)
        {
            var view = _picture.View(_size.Width, _size.Height);
            var start = Stopwatch.GetTimestamp();
            if (model is IDetector detector) detector.Detect(lane, view, found);
            else ((IClassifier)model).Classify(lane, view, top);
            times[run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return times;
    }
}
