using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;

namespace ActorPipeline.Measuring;

/// <summary>
/// Measures what a classifier's batches cost: memory of each size in a load of its own, then the time of all of them in rounds that
/// alternate, so that what slows the machine down for a while slows all of them. A size that gives other labels than crops one by one is none.
/// </summary>
internal sealed class BatchMeasurer : IDisposable
{
    private const int Runs = 5;
    private const int Rounds = 15;
    private const int FewestRounds = 3;
    private const int Pictures = 8;
    private const float SameScore = 1e-3f;
    private static readonly TimeSpan TimeEnough = TimeSpan.FromSeconds(20);

    private readonly IModelRuntime _runtime;
    private readonly ProcessLevel _process;
    private readonly LaneThreads _threads;
    private readonly int _lanes;
    private readonly TestImage[] _pictures;

    /// <param name="runtime">Loads the model.</param>
    /// <param name="gauge">Reads this process.</param>
    /// <param name="threads">Play the lanes.</param>
    /// <param name="lanes">Lanes that may run it at once.</param>
    /// <param name="inspection">How large its crops are.</param>
    public BatchMeasurer(IModelRuntime runtime, IMemoryGauge gauge, LaneThreads threads, int lanes, ModelInspection inspection)
    {
        (_runtime, _process, _threads, _lanes) = (runtime, new ProcessLevel(gauge), threads, lanes);
        _pictures = [.. Enumerable.Range(1, Pictures).Select(seed => new TestImage(inspection.InputWidth, inspection.InputHeight, seed))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var picture in _pictures) picture.Dispose();
    }

    /// <summary>Measures sizes up to one, until one is not to be had.</summary>
    /// <param name="card">The classifier.</param>
    /// <param name="most">The largest size.</param>
    /// <param name="one">What runs on one crop were measured to take, by the lanes that ran at once.</param>
    /// <param name="room">What runs may take, all lanes together; null for no bound.</param>
    /// <param name="cancellation">Noticed between runs.</param>
    /// <returns>The table, and why it goes no further; null where it goes as far as it may.</returns>
    public (BatchTable Table, string? WhyNotMore) Measure(ModelCard card, int most, IReadOnlyDictionary<int, Bytes> one, Bytes? room, CancellationToken cancellation)
    {
        var runs = new SortedDictionary<int, IReadOnlyDictionary<int, Bytes>> { [1] = one };
        string? whyNotMore = null;
        foreach (var size in BatchSizes.UpTo(most).Skip(1))
        {
            // Activations grow with the batch and nothing else does, so that twice is the most there can be to it.
            var foreseen = runs[size / 2][_lanes] * 2;
            if (room is { } bound && foreseen > bound)
            {
                whyNotMore = $"{size} at once may need {foreseen} while they run, and there are {Bytes.Max(Bytes.Zero, bound)}: not tried";
                break;
            }
            if (Memory(card with { Batch = size }, size, cancellation, out whyNotMore) is not { } run) break;
            runs[size] = run;
        }
        var times = Times(card with { Batch = runs.Keys.Max() }, [.. runs.Keys], cancellation);
        return (new BatchTable(runs.Keys.ToDictionary(size => size, size => new BatchCost(times[size], runs[size]))), whyNotMore);
    }

    private Dictionary<int, Bytes>? Memory(ModelCard card, int size, CancellationToken cancellation, out string? whyNot)
    {
        cancellation.ThrowIfCancellationRequested();
        _process.Settle();
        using var model = (IClassifier)_runtime.Load(card, cancellation);
        whyNot = model.Batch < size ? $"it takes {model.Batch} at once at most" : null;
        if (whyNot is not null) return null;
        var idle = _process.SettleNative();
        _process.BeginPhase();
        try
        {
            // Here first, and not on a lane's thread, so that a refusal comes as it is.
            Run(model, 0, size);
        }
        catch (OnnxCallException e)
        {
            whyNot = $"it does not run {size} at once: {e.Message}";
            return null;
        }
        RunOn(model, 1, size, cancellation);
        var run = new Dictionary<int, Bytes> { [1] = _process.PeakOver(idle) };
        if (_lanes > 1)
        {
            RunOn(model, _lanes, size, cancellation);
            run[_lanes] = _process.PeakOver(idle);
        }
        whyNot = IsAsOneByOne(model, size) ? null : $"{size} at once get other labels than one by one";
        return whyNot is null ? run : null;
    }

    private Dictionary<int, TimeSpan> Times(ModelCard card, int[] sizes, CancellationToken cancellation)
    {
        using var model = (IClassifier)_runtime.Load(card, cancellation);
        var times = sizes.ToDictionary(size => size, _ => new List<TimeSpan>());
        _threads.Run(1, lane =>
        {
            foreach (var size in sizes) Run(model, lane, size);
            var began = Stopwatch.GetTimestamp();
            for (var round = 0; round < Rounds && !(round >= FewestRounds && Stopwatch.GetElapsedTime(began) > TimeEnough) && !cancellation.IsCancellationRequested; round++)
            {
                foreach (var size in sizes)
                {
                    // The same number of crops for every size, as many as the largest takes.
                    var clock = Stopwatch.StartNew();
                    for (var crops = 0; crops < sizes[^1]; crops += size) Run(model, lane, size);
                    times[size].Add(clock.Elapsed / sizes[^1]);
                }
            }
        });
        cancellation.ThrowIfCancellationRequested();
        return times.ToDictionary(t => t.Key, t => t.Value.Order().ElementAt(t.Value.Count / 2));
    }

    private void RunOn(IClassifier model, int lanes, int size, CancellationToken cancellation)
    {
        _threads.Run(lanes, lane =>
        {
            for (var i = 0; i < Runs && !cancellation.IsCancellationRequested; i++) Run(model, lane, size);
        });
        cancellation.ThrowIfCancellationRequested();
    }

    private Classification[] Run(IClassifier model, int lane, int size)
    {
        var top = new Classification[size * model.Card.LabelsEach];
        model.Classify(lane, Crops(size), top, new int[size]);
        return top;
    }

    private bool IsAsOneByOne(IClassifier model, int size)
    {
        var (each, crops, found) = (model.Card.LabelsEach, Crops(size), Run(model, 0, size));
        var alone = new Classification[each];
        for (var i = 0; i < size; i++)
        {
            var filled = model.Classify(0, crops[i], alone);
            // Scores alone: of two classes that are as likely either may come first.
            for (var label = 0; label < filled; label++)
                if (Math.Abs(alone[label].Score - found[(i * each) + label].Score) > SameScore) return false;
        }
        return true;
    }

    private ImageView[] Crops(int size) => [.. Enumerable.Range(0, size).Select(i => _pictures[i % _pictures.Length].View)];
}
