using ActorPipeline.Bench.Running;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Cameras;

/// <summary>What came of some cameras.</summary>
/// <param name="WorstShortfall">Per cent of its frames that the worst camera has no result of.</param>
/// <param name="LatenciesMs">From capture to outcome, all cameras' frames.</param>
/// <param name="Load">The share of the lanes' time that runs took.</param>
/// <param name="Memory">Anonymous memory of the process, sampled over time.</param>
internal sealed record CameraResult(double WorstShortfall, IReadOnlyList<double> LatenciesMs, double Load, IReadOnlyList<Bytes> Memory);

/// <summary>
/// Live cameras at 5 frames/s, a pipeline each, in one process, over the same two declared models on two lanes. A frame has two objects
/// and takes 17 ms of a lane: sixteen cameras load the lanes to about 70 %.
/// </summary>
/// <param name="cameras">How many.</param>
/// <param name="time">How long.</param>
internal sealed class CameraRun(int cameras, TimeSpan time)
{
    /// <summary>Each camera's rate.</summary>
    public const double FramesPerSecond = 5;

    private const int Lanes = 2;
    private const int Width = 320;
    private const int Height = 240;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(250);
    private static readonly ModelId Detector = new("detector");
    private static readonly ModelId Classifier = new("classifier");

    // 7 + 2 x 4 ms, and what the clock's timers are late by, three times.
    private static readonly TimeSpan DetectTime = TimeSpan.FromMilliseconds(7);
    private static readonly TimeSpan ClassifyTime = TimeSpan.FromMilliseconds(4);
    private static readonly Detection[] TwoObjects = [new(new BoundingBox(20, 20, 80, 200), 0, 0.9f), new(new BoundingBox(160, 40, 220, 220), 0, 0.8f)];

    private readonly SyntheticModelRuntime _models = new SyntheticModelRuntime(TimeProvider.System)
        .Add(new SyntheticModel(Detector) { RunTime = DetectTime, Detects = _ => TwoObjects, InputWidth = 320, InputHeight = 320 })
        .Add(new SyntheticModel(Classifier) { RunTime = ClassifyTime, InputWidth = 64, InputHeight = 64 });

    private readonly List<double> _latencies = [];
    private long _frames;

    /// <summary>Runs them.</summary>
    public async Task<CameraResult> RunAsync()
    {
        using var gauge = new LinuxMemoryGauge();
        using var over = new CancellationTokenSource();
        var frames = (int)(FramesPerSecond * time.TotalSeconds);
        var sampling = SampleAsync(gauge, over.Token);
        // Their own points in time, the same in each run: cameras know nothing of each other.
        var random = new Random(5);
        var phases = Enumerable.Range(0, cameras).ToDictionary(i => $"camera-{i}", _ => TimeSpan.FromSeconds(random.NextDouble() / FramesPerSecond));
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(512) },
            Serving = new ServingSettings { Lanes = Lanes },
            Models = new Dictionary<ModelId, ModelCard>
            {
                [Detector] = new() { Id = Detector, Path = "", Kind = ModelKind.PicoDet },
                [Classifier] = new() { Id = Classifier, Path = "", Kind = ModelKind.Classification },
            },
            Pipelines = [.. phases.Keys.Select(name => new PipelineSettings { Id = new PipelineId(name), Source = name, Detect = Detector, Classify = [Classifier] })],
        };
        var parts = SyntheticParts.Create(TimeProvider.System, _models) with
        {
            Gauge = gauge,
            CreateSource = p => new PacedSource(new NumberedFrameSource(frames, Width, Height), FramesPerSecond, phases[p.Source]),
        };
        var ended = await new BenchHost(settings, parts).RunAsync(Observe, typeof(FrameConcluded));
        await over.CancelAsync();
        var (load, memory) = await sampling;
        var shortfalls = ended.Pipelines.Select(p => 100 * (1 - ((p.Totals.Classified + p.Totals.Empty) / (double)p.Totals.Captured)));
        return new CameraResult(shortfalls.Max(), _latencies, load, memory);
    }

    // Bounded, and never written before it is there: the run is to show no growth but its own.
    private void Observe(ITelemetryEvent happened)
    {
        const int most = 100_000;
        if (happened is not FrameConcluded { Outcome: FrameOutcome.Classified } concluded) return;
        if (_latencies.Capacity < most) _latencies.Capacity = most;
        if (_latencies.Count < most) _latencies.Add(concluded.Latency.TotalMilliseconds);
        else _latencies[(int)(_frames++ % most)] = concluded.Latency.TotalMilliseconds;
    }

    private async Task<(double Load, IReadOnlyList<Bytes> Memory)> SampleAsync(LinuxMemoryGauge gauge, CancellationToken over)
    {
        List<Bytes> memory = new((int)(time / ReadEvery) + 100);
        var (running, samples) = (0L, 0L);
        var next = TimeSpan.Zero;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!over.IsCancellationRequested)
        {
            running += _models[Detector].ActiveRuns + _models[Classifier].ActiveRuns;
            samples++;
            if (clock.Elapsed >= next)
            {
                memory.Add(gauge.Read().Anonymous);
                next += ReadEvery;
            }
            await Task.Delay(SampleEvery, CancellationToken.None);
        }
        return (running / (double)(samples * Lanes), memory);
    }
}
