using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>
/// What the classifiers of one frame have answered so far. It is complete when all have, also where one has failed: until then the
/// others may still read the frame's crops. Pure; used for one frame after the other.
/// </summary>
/// <param name="classifiers">Who is to answer.</param>
internal sealed class FrameJoin(IReadOnlyList<PipelineClassifier> classifiers)
{
    /// <summary>Classifiers that a pipeline can have.</summary>
    public const int Most = 31;

    private readonly ClassifyWork[] _works = [.. classifiers.Select(_ => new ClassifyWork())];
    private uint _waiting;
    private uint _answered;

    /// <summary>Whether all have answered.</summary>
    public bool IsComplete => _waiting == 0;

    /// <summary>Why the first that failed did; null where none has.</summary>
    public FrameOutcome.Failed? Failure { get; private set; }

    /// <summary>Whether this one has named its crops.</summary>
    public bool HasAnswered(int classifier) => (_answered & (1u << classifier)) != 0;

    /// <summary>What a classifier is to do, with room for its answer.</summary>
    public ClassifyWork WorkOf(int classifier) => _works[classifier];

    /// <summary>Classifiers are asked.</summary>
    /// <param name="asked">Which, a bit for each.</param>
    public void Begin(uint asked = uint.MaxValue) => (_waiting, _answered, Failure) = (((1u << classifiers.Count) - 1) & asked, 0, null);

    /// <summary>Nobody was asked.</summary>
    public void Clear() => (_waiting, _answered, Failure) = (0, 0, null);

    /// <summary>Whether this one has not answered yet.</summary>
    public bool Awaits(int classifier) => (_waiting & (1u << classifier)) != 0;

    /// <summary>A classifier has named the crops.</summary>
    public void Answer(int classifier)
    {
        if (!Awaits(classifier)) return;
        _waiting &= ~(1u << classifier);
        _answered |= 1u << classifier;
    }

    /// <summary>A classifier has failed.</summary>
    public void Fail(int classifier, FrameOutcome.Failed why)
    {
        if (!Awaits(classifier)) return;
        _waiting &= ~(1u << classifier);
        Failure ??= why;
    }

    /// <summary>What a classifier calls a crop, best first; nothing where it has not looked at it. Of a merged one each head's labels are its own.</summary>
    /// <param name="place">The classifier's place in the pipeline.</param>
    /// <param name="crop">The crop, as that classifier counts them.</param>
    public ReadOnlySpan<Classification> LabelsOf(int place, int crop) =>
        Find(place, out var head) is >= 0 and var classifier && HasAnswered(classifier) && crop >= 0 ? OfHead(_works[classifier].LabelsOf(crop), head) : default;

    /// <summary>The classifier that answers for a place in the pipeline, and with which of its heads; -1 for none.</summary>
    public int Find(int place, out int head)
    {
        for (var i = 0; i < classifiers.Count; i++)
        {
            var places = classifiers[i].Places;
            for (head = 0; head < places.Count; head++)
                if (places[head] == place) return i;
        }
        head = 0;
        return -1;
    }

    /// <summary>A merged model's labels follow each other head by head.</summary>
    private static ReadOnlySpan<Classification> OfHead(ReadOnlySpan<Classification> labels, int head)
    {
        var first = 0;
        while (first < labels.Length && labels[first].Head != head) first++;
        var end = first;
        while (end < labels.Length && labels[end].Head == head) end++;
        return labels[first..end];
    }
}
