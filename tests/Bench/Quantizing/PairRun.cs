using System.Text.Json;
using ActorPipeline.Bench.Allocation;
using ActorPipeline.Bench.Memory;
using ActorPipeline.Bench.Running;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Engines;
using ActorPipeline.Hosting;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Onnx;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>The child's side of <see cref="PairProcess"/>: runs the pair on the street in this process, which has done nothing else.</summary>
internal sealed class PairRun
{
    /// <summary>Lanes, whatever the machine has: memory grows with them.</summary>
    public const int Lanes = 2;

    private const int WarmUps = 5;

    // About what the exported pair takes here: frames pile up before such models as before real ones.
    private static readonly TimeSpan DetectTime = TimeSpan.FromMilliseconds(16);
    private static readonly TimeSpan ClassifyTime = TimeSpan.FromMilliseconds(4);

    private readonly PairJob _job;
    private string? _failure;
    private int _concluded;
    private int _crops;
    private int _loads;
    private int _overBudget;
    private TimeSpan _from;
    private TimeSpan _to;
    private TimeSpan _cpuFrom;
    private TimeSpan _cpuTo;
    private Bytes _pools;
    private Bytes _charged;
    private readonly Dictionary<string, Bytes> _fixed = [];

    private PairRun(PairJob job) => _job = job;

    /// <summary>Runs a job: writes a line when the pipeline is about to start, and its result as the last line.</summary>
    public static async Task RunAsync(string job) => await new PairRun(JsonSerializer.Deserialize<PairJob>(job)!).RunAsync();

    private async Task RunAsync()
    {
        var product = ActorPipelineParts.Product(TimeProvider.System, engines: new EngineSettings { Folder = _job.Cache });
        Touch(product.Runtime);
        using var gauge = new LinuxMemoryGauge();
        var parts = product with
        {
            Runtime = RuntimeOf(product), Gauge = gauge, Footprints = null,
            CreateSource = p => new LimitedSource(FrameSources.Open(p.Source), _job.WarmUp + _job.Frames),
        };
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        Console.WriteLine(PairProcess.Begins);
        await new BenchHost(Settings(), parts).RunAsync(Observe, typeof(FrameConcluded), typeof(ModelStateChanged), typeof(MemorySampled), typeof(LedgerChanged));
        if (_failure is not null || _concluded < _job.WarmUp + _job.Frames) throw new InvalidOperationException(_failure ?? $"only {_concluded} frames were concluded");
        Console.WriteLine(JsonSerializer.Serialize(new PairResult(
            _job.Frames / (_to - _from).TotalSeconds, (_cpuTo - _cpuFrom).TotalMilliseconds / _job.Frames, _crops / (double)_job.Frames, _loads, _overBudget, _pools.Count, _fixed.Values.Sum(b => b.Count), _charged.Count)));
    }

    /// <summary>Libraries, ONNX Runtime's environment and compiled code come with the first models and stay: they are in the process without models too.</summary>
    private static void Touch(IModelRuntime product)
    {
        using var rig = new ModelRig();
        foreach (var runtime in (IModelRuntime[])[new OnnxModelRuntime(arena: true), product])
        {
            foreach (var card in PairForms.Others)
            {
                var first = rig.Load(runtime, card).Model;
                rig.Run(first, Lanes, WarmUps);
                rig.Unload(first);
            }
        }
    }

    private IModelRuntime RuntimeOf(ActorPipelineParts product) => _job.Way switch
    {
        PairWay.None => new FixedModels(DetectTime, ClassifyTime),
        PairWay.Plain => new OnnxModelRuntime(arena: true),
        _ => product.Runtime,
    };

    private ActorPipelineSettings Settings()
    {
        var (detector, classifier) = _job.Way == PairWay.None
            ? (FixedModels.Detector, FixedModels.Classifier)
            : (_job.Detector.As(BenchData.PicoDet), _job.Classifier.As(BenchData.LcNet) with { MaxBatch = 1 });
        return new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = new Bytes(_job.Budget) },
            Serving = new ServingSettings { Lanes = Lanes },
            Models = new Dictionary<ModelId, ModelCard> { [detector.Id] = detector, [classifier.Id] = classifier },
            Pipelines =
            [
                new PipelineSettings
                {
                    Id = new PipelineId("street"), Source = BenchData.Street, Detect = detector.Id, Classify = [classifier.Id],
                    Window = new WindowSettings { Min = _job.Window, Max = _job.Window },
                },
            ],
        };
    }

    private void Observe(ITelemetryEvent happened)
    {
        switch (happened)
        {
            case FrameConcluded { Outcome: FrameOutcome.Failed failed } concluded:
                _failure ??= $"frame {concluded.Frame} failed: {failed.Detail}";
                break;
            case FrameConcluded concluded:
                _concluded++;
                if (_concluded == _job.WarmUp) (_from, _cpuFrom) = (concluded.At, Environment.CpuUsage.TotalTime);
                if (_concluded > _job.WarmUp) _crops += concluded.Crops;
                if (_concluded == _job.WarmUp + _job.Frames) (_to, _cpuTo) = (concluded.At, Environment.CpuUsage.TotalTime);
                break;
            case ModelStateChanged { State: ModelState.Ready, Probe: false }:
                _loads++;
                break;
            case MemorySampled sampled:
                _pools = Bytes.Max(_pools, sampled.Pools);
                if (sampled.OverBudget) _overBudget++;
                break;
            case LedgerChanged changed:
                _charged = Bytes.Max(_charged, changed.Charged);
                if (changed.Change.Kind == ChargeKind.Fixed) _fixed[changed.Change.Account] = changed.Change.Bytes.Total;
                break;
        }
    }
}
