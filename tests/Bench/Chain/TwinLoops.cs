using ActorPipeline.Inference;

namespace ActorPipeline.Bench.Chain;

/// <summary>
/// The limit: as many bare loops as there are cores, over the engines that the product uses, each on a thread of its own, with a video
/// reader of its own, whole frames in one of them. Nothing passes between them.
/// </summary>
internal sealed class TwinLoops : IDisposable
{
    private readonly List<ILoadedModel> _models = [];
    private readonly BareLoop[] _loops;

    /// <param name="runtime">Loads the engines.</param>
    /// <param name="shared">Whether all loops run one session of each model, each with bindings of its own; else each loop has its own sessions.</param>
    public TwinLoops(IModelRuntime runtime, bool shared)
    {
        Shared = shared;
        _loops = new BareLoop[Environment.ProcessorCount];
        for (var lane = 0; lane < _loops.Length; lane++)
        {
            if (lane == 0 || !shared) _models.AddRange([runtime.Load(BenchData.PicoDet, default), runtime.Load(BenchData.LcNet, default)]);
            _loops[lane] = new BareLoop(new EngineDetector(_models[^2], lane), new EngineClassifier(_models[^1], lane));
        }
    }

    /// <summary>Whether the loops share sessions.</summary>
    public bool Shared { get; }

    /// <summary>Runs one of the loops alone, on the calling thread.</summary>
    public LoopRun RunOne(int frames, FrameNotes? notes = null, List<double>? latencies = null) => _loops[0].Run(frames, notes, latencies);

    /// <summary>Runs them at once until the first has done so many frames of the street: so none of them ever runs alone.</summary>
    /// <returns>What they did together by then.</returns>
    public LoopRun Run(int frames)
    {
        using var first = new CancellationTokenSource();
        var runs = new LoopRun[_loops.Length];
        Exception? failure = null;
        var threads = _loops.Select((loop, i) => new Thread(() =>
        {
            try
            {
                runs[i] = loop.Run(frames, stop: first.Token);
            }
            catch (Exception error) // the calling thread's to throw
            {
                failure = error;
            }
            first.Cancel();
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failure is not null) throw new InvalidOperationException("One of the loops failed.", failure);
        return new LoopRun(runs.Sum(r => r.Frames), runs.Sum(r => r.Crops), runs.Max(r => r.Seconds));
    }

    public void Dispose()
    {
        foreach (var model in _models) model.Dispose();
    }
}
