using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Allocation;

/// <summary>
/// Loads models that note, before each run, what the lane's thread has allocated so far: all that happens on a lane's thread is then the
/// difference of two notes.
/// </summary>
/// <param name="inner">Loads the models.</param>
internal sealed class LaneMeter(IModelRuntime inner) : IModelRuntime
{
    private readonly ConcurrentDictionary<int, Count> _lanes = [];

    /// <summary>What all lanes' threads had allocated when their present runs began.</summary>
    public Bytes Allocated => new(_lanes.Values.Sum(count => Volatile.Read(ref count.Bytes)));

    public ILoadedModel Load(ModelCard card, CancellationToken cancellation) => inner.Load(card, cancellation) switch
    {
        IDetector detector => new MeteredDetector(detector, this),
        IClassifier classifier => new MeteredClassifier(classifier, this),
        var other => other,
    };

    public EngineReport Build(ModelCard card, CancellationToken cancellation) => inner.Build(card, cancellation);

    public ModelInspection Inspect(ModelCard card) => inner.Inspect(card);

    private void Note(int lane)
    {
        if (!_lanes.TryGetValue(lane, out var count)) count = _lanes.GetOrAdd(lane, new Count());
        Volatile.Write(ref count.Bytes, GC.GetAllocatedBytesForCurrentThread());
    }

    private sealed class Count
    {
        public long Bytes;
    }

    private abstract class Metered(ILoadedModel model) : ILoadedModel
    {
        public ModelCard Card => model.Card;

        public LoadReport Report => model.Report;

        public int ActiveRuns => model.ActiveRuns;

        public void Terminate(int lane) => model.Terminate(lane);

        public void CloseLane(int lane) => model.CloseLane(lane);

        public void Dispose() => model.Dispose();
    }

    private sealed class MeteredDetector(IDetector model, LaneMeter meter) : Metered(model), IDetector
    {
        public int Detect(int lane, in ImageView picture, Span<Detection> into)
        {
            meter.Note(lane);
            return model.Detect(lane, picture, into);
        }
    }

    private sealed class MeteredClassifier(IClassifier model, LaneMeter meter) : Metered(model), IClassifier
    {
        public int Batch => model.Batch;

        public int Classify(int lane, in ImageView crop, Span<Classification> top)
        {
            meter.Note(lane);
            return model.Classify(lane, crop, top);
        }

        public void Classify(int lane, ReadOnlySpan<ImageView> crops, Span<Classification> top, Span<int> filled)
        {
            meter.Note(lane);
            model.Classify(lane, crops, top, filled);
        }
    }
}
