using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>Some parts of a piece of work.</summary>
/// <param name="Work">The work.</param>
/// <param name="First">The first part.</param>
/// <param name="Count">How many.</param>
public readonly record struct LanePart(LaneWork Work, int First, int Count);

/// <summary>Why a run failed.</summary>
/// <param name="Reason">For people.</param>
/// <param name="Terminated">Whether it was ended for taking too long.</param>
public sealed record LaneFailure(string Reason, bool Terminated);

/// <summary>
/// What a lane does in one go: a frame, or crops of one frame or of several. It belongs to one lane, which keeps it and its scratch from
/// run to run, so that a steady stream allocates nothing.
/// </summary>
public sealed class LaneRun
{
    private readonly List<LanePart> _parts = [];
    private ImageView[] _crops = [];
    private Classification[] _labels = [];
    private int[] _filled = [];

    /// <summary>What there is to do.</summary>
    public IReadOnlyList<LanePart> Parts => _parts;

    /// <summary>Frames or crops in all.</summary>
    public int Count { get; private set; }

    /// <summary>Adds to it.</summary>
    public void Add(in LanePart part)
    {
        _parts.Add(part);
        Count += part.Count;
    }

    /// <summary>Forgets what there was to do.</summary>
    public void Clear()
    {
        _parts.Clear();
        Count = 0;
    }

    /// <summary>Does it on the calling thread; the answers are in the works. Never throws: a failure is an answer, and the lane lives on.</summary>
    /// <param name="model">The model, as loaded.</param>
    /// <param name="lane">The lane that runs.</param>
    /// <returns>Null where it went well.</returns>
    public LaneFailure? Execute(ILoadedModel model, int lane)
    {
        try
        {
            if (model is IDetector detector)
                foreach (var part in _parts) ((DetectWork)part.Work).Run(detector, lane);
            else
                Classify((IClassifier)model, lane);
            return null;
        }
        catch (RunTerminatedException)
        {
            return new LaneFailure("run-timeout", Terminated: true);
        }
        catch (Exception error) // whatever pre-processing, the native run or decoding throws belongs to this run alone
        {
            return new LaneFailure($"{error.GetType().Name}: {error.Message}", Terminated: false);
        }
    }

    private void Classify(IClassifier classifier, int lane)
    {
        var each = classifier.Card.LabelsEach;
        if (_crops.Length < Count) (_crops, _filled) = (new ImageView[Count], new int[Count]);
        if (_labels.Length < Count * each) _labels = new Classification[Count * each];
        var at = 0;
        foreach (var (work, first, count) in _parts)
            for (var i = 0; i < count; i++) _crops[at++] = ((ClassifyWork)work).View(first + i);
        classifier.Classify(lane, _crops.AsSpan(0, Count), _labels.AsSpan(0, Count * each), _filled.AsSpan(0, Count));
        at = 0;
        foreach (var (work, first, count) in _parts)
            for (var i = 0; i < count; i++, at++) ((ClassifyWork)work).Answer(first + i, _labels.AsSpan(at * each, _filled[at]));
    }
}
