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

        var before = Settle();
        // What the first use of all this costs and keeps: native libraries, the runtime's environment, compiled code. It is not the model's.
        using (var first = runtime.Load(card, cancellation)) RunOn(first, threads, lanes, image, cancellation);
        var warm = Settle();

        var cycles = Enumerable.Range(0, Cycles).Select(_ => Cycle(card, lanes, threads, image, cancellation)).ToArray();
        var report = cycles[0].Report;
        return new MeasuredModel(
            FootprintResolver.KeyOf(inspection, report.Provider)
                ?? throw new ModelLoadException(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}' ({card.Path}): its content cannot be read whole."),
            new FootprintRecord
            {
                Measured = true,
                Fixed = Bytes.Max(Bytes.Zero, warm - before),
                Load = cycles.Max(c => c.Load),
                Resident = cycles.Max(c => c.Resident),
                Run = cycles[0].Run.Keys.ToDictionary(l => l, l => cycles.Max(c => c.Run[l])),
                LoadTime = Median(cycles.Select(c => c.Report.LoadTime)),
                RunTime = Median(cycles.SelectMany(c => c.RunTimes)),
                Returned = Median(cycles.Select(c => c.Returned)),
            },
            report.ProviderReason);
    }

    private sealed record Seen(LoadReport Report, Bytes Load, Bytes Resident, IReadOnlyDictionary<int, Bytes> Run, IReadOnlyList<TimeSpan> RunTimes, double Returned);

    private Seen Cycle(ModelCard card, int lanes, LaneThreads threads, TestImage image, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var empty = Settle();
        BeginPhase();
        Bytes load, resident, held;
        var run = new Dictionary<int, Bytes>();
        List<TimeSpan> times;
        LoadReport report;
        using (var model = runtime.Load(card, cancellation))
        {
            report = model.Report;
            load = Over(empty, gauge.Read().PhaseNativePeak);
            NativeHeap.Trim();
            var idle = gauge.Read().NativeAnonymous;
            resident = Over(empty, idle);
            BeginPhase();
            times = RunOn(model, threads, 1, image, cancellation);
            run[1] = Over(idle, gauge.Read().PhaseNativePeak);
            if (lanes > 1)
            {
                RunOn(model, threads, lanes, image, cancellation);
                run[lanes] = Over(idle, gauge.Read().PhaseNativePeak);
            }
            held = Over(empty, gauge.Read().NativeAnonymous);
        }
        var left = Over(empty, Settle());
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

    /// <summary>What the process holds once all that can go has gone.</summary>
    private Bytes Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        NativeHeap.Trim();
        var reading = gauge.Read();
        return reading.Readable ? reading.NativeAnonymous : throw new InvalidOperationException("this process's memory cannot be read here, so nothing can be measured");
    }

    private void BeginPhase()
    {
        if (!gauge.BeginPhase())
            throw new InvalidOperationException("the kernel does not start the high-water mark of memory anew here (/proc/self/clear_refs), so no peak can be measured");
    }

    private static Bytes Over(Bytes level, Bytes peak) => Bytes.Max(Bytes.Zero, peak - level);

    private static T Median<T>(IEnumerable<T> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
