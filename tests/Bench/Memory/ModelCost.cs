using System.Text.Json;
using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;

namespace ActorPipeline.Bench.Memory;

/// <summary>
/// What one model cost in one way of loading it: anonymous memory in MiB over the process without it, peaks by the kernel's high-water
/// mark; times in milliseconds.
/// </summary>
/// <param name="FirstLoadPeak">Peak of the first load, which prepares the model where that is asked for.</param>
/// <param name="LoadPeak">Peak of a later load.</param>
/// <param name="Resident">Loaded and idle.</param>
/// <param name="Run1Peak">Peak while one lane runs it.</param>
/// <param name="Run2Peak">Peak while two lanes run it.</param>
/// <param name="Left">What is left after unload and trim.</param>
/// <param name="Pages">Resident pages of files that running it added.</param>
/// <param name="LoadMs">A later load.</param>
/// <param name="RunMs">A run on one lane.</param>
internal sealed record ModelCost(
    double FirstLoadPeak, double LoadPeak, double Resident, double Run1Peak, double Run2Peak, double Left, double Pages, double LoadMs, double RunMs)
{
    private const int Runs = 20;
    private const int WarmUps = 5;

    /// <summary>Measures a model in this process, which should have done nothing else before.</summary>
    /// <param name="card">The model.</param>
    /// <param name="arena">Whether its session has an arena.</param>
    /// <param name="mapLarge">Whether the C library maps large blocks on their own.</param>
    /// <param name="cacheFolder">Where it is kept prepared; null loads it as it is.</param>
    public static ModelCost Measure(ModelCard card, bool arena, bool mapLarge, string? cacheFolder)
    {
        if (mapLarge) NativeHeap.MapLargeBlocks();
        using var rig = new ModelRig();
        var runtime = new OnnxModelRuntime(null, arena, engines: cacheFolder is null ? null : new EngineSettings { Folder = cacheFolder });
        // Libraries and compiled code come with the first model and stay: another model goes first.
        Cycle(rig, new OnnxModelRuntime(null, arena), card.IsDetector ? BenchData.SqueezeNet : BenchData.PicoDet);
        var start = Begin(rig);
        var model = rig.Load(runtime, card).Model;
        var first = start.PeakOf(rig.Read());
        rig.Run(model, lanes: 2, WarmUps);
        rig.Unload(model);

        start = Begin(rig);
        (model, var loadMs) = rig.Load(runtime, card);
        var load = start.PeakOf(rig.Read());
        NativeHeap.Trim();
        var resident = start.Now(rig.Read());
        LinuxMemoryGauge.ResetPeak();
        var runMs = rig.Run(model, lanes: 1, Runs);
        var one = start.PeakOf(rig.Read());
        LinuxMemoryGauge.ResetPeak();
        rig.Run(model, lanes: 2, Runs);
        var running = rig.Read();
        rig.Unload(model);
        GC.Collect();
        return new ModelCost(first, load, resident, one, start.PeakOf(running), start.Now(rig.Read()), Mib(running.File - start.Base.File), loadMs, runMs);
    }

    /// <summary>As one line, from process to process.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>From that line.</summary>
    public static ModelCost FromLine(string line) => JsonSerializer.Deserialize<ModelCost>(line)!;

    private static void Cycle(ModelRig rig, IModelRuntime runtime, ModelCard card)
    {
        var (model, _) = rig.Load(runtime, card);
        rig.Run(model, lanes: 2, WarmUps);
        rig.Unload(model);
    }

    private static Start Begin(ModelRig rig)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        LinuxMemoryGauge.ResetPeak();
        return new Start(rig.Read());
    }

    private static double Mib(Bytes bytes) => bytes.Count / 1048576.0;

    /// <summary>The process before a phase.</summary>
    private readonly record struct Start(MemoryReading Base)
    {
        // The high-water mark counts shared memory too, of which the runtime has some.
        public double PeakOf(MemoryReading now) => Mib(now.Peak - now.File - (Base.Peak - Base.File));

        public double Now(MemoryReading now) => Mib(now.Anonymous - Base.Anonymous);
    }
}
