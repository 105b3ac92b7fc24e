using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Measuring;

/// <summary>
/// Measures in this process what a model needs: it must be alone in it, because the kernel counts a process and not a model. Anonymous
/// memory less the .NET heap, peaks by the kernel's own mark, started anew before each phase.
/// </summary>
/// <param name="runtime">Loads the model.</param>
/// <param name="gauge">Reads this process.</param>
public sealed class FootprintMeasurer(IModelRuntime runtime, IMemoryGauge gauge)
{
    private const int Cycles = 3;
    private const int Runs = 10;

    // As large as the frames of a common camera; the model's input size alone decides what a run takes, but for a resize buffer.
    private const int FrameWidth = 1280;
    private const int FrameHeight = 720;

    private readonly ProcessLevel _process = new(gauge);

    /// <summary>Memory that the model may take: batches that may need more are not tried. Null for no bound.</summary>
    public Bytes? Room { get; init; }

    /// <summary>Measures a model; takes three loads and some dozens of runs. Peaks are the highest of the three, times their median.</summary>
    /// <param name="card">The model.</param>
    /// <param name="lanes">Lanes that may run it at once; run memory is measured on one and on all of them.</param>
    /// <param name="cancellation">Noticed between loads and runs.</param>
    /// <exception cref="ModelLoadException">It cannot be loaded, or its content cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A run of it fails, or the gauge cannot tell the peak of a phase.</exception>
    public MeasuredModel Measure(ModelCard card, int lanes, CancellationToken cancellation)
    {
        var inspection = runtime.Inspect(card);
        using var threads = new LaneThreads(lanes);
        using var image = card.IsDetector ? new TestImage(FrameWidth, FrameHeight) : new TestImage(inspection.InputWidth, inspection.InputHeight);
        threads.Run(lanes, _ => { });

        var before = _process.Settle();
        // What the first use of all this costs and keeps: native libraries, the runtime's environment, compiled code. It is not the model's.
        using (var first = runtime.Load(card, cancellation)) RunOn(first, threads, lanes, image, cancellation);
        var warm = _process.Settle();

        var cycles = Enumerable.Range(0, Cycles).Select(_ => Cycle(card, lanes, threads, image, cancellation)).ToArray();
        var report = cycles[0].Report;
        var run = cycles[0].Run.Keys.ToDictionary(l => l, l => cycles.Max(c => c.Run[l]));
        var resident = cycles.Max(c => c.Resident);
        var most = FootprintResolver.MostOf(card, inspection);
        using var batches = most == 1 ? null : new BatchMeasurer(runtime, gauge, threads, lanes, inspection);
        var (table, whyNotMore) = batches?.Measure(card, most, run, Room - resident, cancellation) ?? default;
        return new MeasuredModel(
            FootprintResolver.KeyOf(inspection, report.Provider)
                ?? throw new ModelLoadException(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}' ({card.Path}): its content cannot be read whole."),
            new FootprintRecord
            {
                Measured = true,
                Fixed = Bytes.Max(Bytes.Zero, warm - before),
                Load = cycles.Max(c => c.Load),
                Resident = resident,
                Run = run,
                Batches = table,
                LoadTime = Median(cycles.Select(c => c.Report.LoadTime)),
                RunTime = Median(cycles.SelectMany(c => c.RunTimes)),
                Returned = Median(cycles.Select(c => c.Returned)),
            },
            report.ProviderReason) { Batching = Choice(card, inspection, most, table, whyNotMore) };
    }

    private static BatchChoice Choice(ModelCard card, ModelInspection inspection, int most, BatchTable? table, string? whyNotMore)
    {
        if (table is null) return new BatchChoice(1, card.IsDetector ? "1: it is a detector" : inspection.MaxBatch == 1 ? "1: the model's batch is fixed" : "1: its card allows no more");
        var choice = table.Choose(most);
        return whyNotMore is null ? choice : choice with { Why = $"{choice.Why}; {whyNotMore}" };
    }

    private sealed record Seen(LoadReport Report, Bytes Load, Bytes Resident, IReadOnlyDictionary<int, Bytes> Run, IReadOnlyList<TimeSpan> RunTimes, double Returned);

    private Seen Cycle(ModelCard card, int lanes, LaneThreads threads, TestImage image, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var empty = _process.Settle();
        _process.BeginPhase();
        Bytes load, resident, held;
        var run = new Dictionary<int, Bytes>();
        List<TimeSpan> times;
        LoadReport report;
        using (var model = runtime.Load(card, cancellation))
        {
            report = model.Report;
            load = _process.PeakOver(empty);
            NativeHeap.Trim();
            var idle = gauge.Read().NativeAnonymous;
            resident = ProcessLevel.Over(empty, idle);
            _process.BeginPhase();
            times = RunOn(model, threads, 1, image, cancellation);
            run[1] = _process.PeakOver(idle);
            if (lanes > 1)
            {
                RunOn(model, threads, lanes, image, cancellation);
                run[lanes] = _process.PeakOver(idle);
            }
            held = ProcessLevel.Over(empty, gauge.Read().NativeAnonymous);
        }
        var left = ProcessLevel.Over(empty, _process.Settle());
        // Less than a page or two is no share of anything.
        var returned = held.Count < Environment.SystemPageSize ? 1 : Math.Clamp(1 - ((double)left.Count / held.Count), 0, 1);
        return new Seen(report, load, resident, run, times, returned);
    }

    private static List<TimeSpan> RunOn(ILoadedModel model, LaneThreads threads, int lanes, TestImage image, CancellationToken cancellation)
    {
        var times = new List<TimeSpan>(Runs);
        threads.Run(lanes, lane =>
        {
            for (var i = 0; i < Runs && !cancellation.IsCancellationRequested; i++)
            {
                var clock = Stopwatch.StartNew();
                Run(model, lane, image);
                if (lane == 0) times.Add(clock.Elapsed);
            }
        });
        cancellation.ThrowIfCancellationRequested();
        return times;
    }

    private static void Run(ILoadedModel model, int lane, TestImage image)
    {
        if (model is IDetector detector) detector.Detect(lane, image.View, new Detection[model.Card.MaxDetections]);
        else ((IClassifier)model).Classify(lane, image.View, new Classification[model.Card.LabelsEach]);
    }

    private static T Median<T>(IEnumerable<T> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
