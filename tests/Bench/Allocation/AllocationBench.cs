using ActorPipeline.Bench.Running;
using ActorPipeline.Device;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Sources;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Bench.Allocation;

/// <summary>
/// <c>alloc</c>: managed bytes that the whole process allocates for a frame, once it runs steadily, and what that does to the collector.
/// With models that allocate nothing and frames of the street's size, so that it is the pipeline's own; or with the seed pair on the street.
/// </summary>
internal sealed class AllocationBench
{
    private const int Width = 768;
    private const int Height = 576;
    private const int MostTypes = 25;
    private const double Mebibyte = 1024 * 1024;

    private readonly int _from;
    private readonly int _to;
    private readonly LaneMeter _lanes;
    private readonly AllocatedTypes? _types;
    private int _concluded;
    private Reading _begin;
    private Reading _end;

    private AllocationBench(int warmUp, int frames, LaneMeter lanes, AllocatedTypes? types) => (_from, _to, _lanes, _types) = (warmUp, warmUp + frames, lanes, types);

    /// <summary>Runs it.</summary>
    /// <param name="warmUp">Frames before anything counts.</param>
    /// <param name="frames">Frames that count.</param>
    /// <param name="real">Whether with the seed pair on the street, again and again.</param>
    /// <param name="types">Whether to say which types are allocated; the other figures are then too high.</param>
    public static async Task<BenchReport> RunAsync(int warmUp, int frames, bool real, bool types)
    {
        var product = ActorPipelineParts.Product(TimeProvider.System);
        var lanes = new LaneMeter(real ? product.Runtime : new FixedModels());
        var all = warmUp + frames + 1;
        var (detector, classifier) = real ? (BenchData.PicoDet, BenchData.LcNet) : (FixedModels.Detector, FixedModels.Classifier);
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(512) },
            Models = new Dictionary<Catalog.ModelId, Catalog.ModelCard> { [detector.Id] = detector, [classifier.Id] = classifier },
            Pipelines = [new PipelineSettings { Id = new Serving.PipelineId("street"), Source = BenchData.Street, Detect = detector.Id, Classify = [classifier.Id] }],
        };
        using var gauge = new LinuxMemoryGauge();
        var parts = product with
        {
            Runtime = lanes, Gauge = gauge, Footprints = null,
            CreateSource = p => real ? new LoopingSource(() => FrameSources.Open(p.Source), all) : new NumberedFrameSource(all, Width, Height),
        };
        using var listener = types ? new AllocatedTypes() : null;
        var bench = new AllocationBench(warmUp, frames, lanes, listener);
        await new BenchHost(settings, parts).RunAsync(bench.Observe, typeof(FrameConcluded));
        return bench.Report(real ? "the seed pair on the street" : $"models that allocate nothing, {FixedModels.Objects} objects and crops a frame of {Width} x {Height}", frames);
    }

    private void Observe(ITelemetryEvent happened)
    {
        if (happened is not FrameConcluded concluded) return;
        if (concluded.Outcome is FrameOutcome.Failed failed) throw new InvalidOperationException($"Frame {concluded.Frame} failed: {failed.Detail}");
        _concluded++;
        if (_concluded == _from)
        {
            _begin = Reading.Now(_lanes, collect: true);
            _types?.Begin();
        }
        if (_concluded == _to) _end = Reading.Now(_lanes, collect: false);
    }

    private BenchReport Report(string what, int frames)
    {
        if (_concluded < _to) throw new InvalidOperationException($"Only {_concluded} of {_to} frames were concluded.");
        var seconds = (_end.At - _begin.At).TotalSeconds;
        var report = new BenchReport("alloc")
            .Add("bytes_per_frame", (_end.Allocated - _begin.Allocated) / (double)frames, $"managed bytes of the whole process a frame, {frames} frames; {what}; bound 4096")
            .Add("lane_bytes_per_frame", (_end.Lanes - _begin.Lanes) / (double)frames, "of these on the lanes' threads")
            .Add("gen0_collections", _end.Gen0 - _begin.Gen0, "collections, all of them")
            .Add("gen1_collections", _end.Gen1 - _begin.Gen1, "of generation 1 or 2")
            .Add("gen2_collections", _end.Gen2 - _begin.Gen2, "of generation 2")
            .Add("heap_growth_mb", (_end.Heap - _begin.Heap) / Mebibyte, "what is alive at the end over what was at the beginning, collected at both, MiB")
            .Add("heap_mb", _end.Heap / Mebibyte, "alive at the end, MiB")
            .Add("paused_percent", 100 * (_end.Paused - _begin.Paused).TotalSeconds / seconds, "of the time the collector stopped all threads")
            .Add("fps", frames / seconds, "frames a second meanwhile");
        foreach (var (type, share) in _types?.Largest(MostTypes) ?? []) report.Note("", $"{share:P1} {type}");
        return report;
    }

    /// <summary>What the collector says at one moment.</summary>
    private readonly record struct Reading(TimeSpan At, long Allocated, long Lanes, int Gen0, int Gen1, int Gen2, long Heap, TimeSpan Paused)
    {
        /// <summary>Reads it all.</summary>
        /// <param name="lanes">Knows the lanes' threads.</param>
        /// <param name="collect">Whether the counts begin here, after the collection that tells what is alive; else they end before it.</param>
        public static Reading Now(LaneMeter lanes, bool collect)
        {
            long heap = 0;
            if (collect) heap = Alive();
            var reading = new Reading(
                TimeSpan.FromMilliseconds(Environment.TickCount64), GC.GetTotalAllocatedBytes(precise: true), lanes.Allocated.Count,
                GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2), heap, GC.GetTotalPauseDuration());
            return collect ? reading : reading with { Heap = Alive() };
        }

        private static long Alive()
        {
            GC.Collect();
            return GC.GetTotalMemory(forceFullCollection: false);
        }
    }
}
