using System.Numerics;
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

    /// <summary>Crops that have labels.</summary>
    public int Crops => _answered == 0 ? 0 : _works[BitOperations.TrailingZeroCount(_answered)].Parts;

    /// <summary>What a classifier is to do, with room for its answer.</summary>
    public ClassifyWork WorkOf(int classifier) => _works[classifier];

    /// <summary>The classifiers are asked.</summary>
    public void Begin() => (_waiting, _answered, Failure) = ((1u << classifiers.Count) - 1, 0, null);

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
    /// <param name="crop">The crop.</param>
    public ReadOnlySpan<Classification> LabelsOf(int place, int crop)
    {
        for (var i = 0; i < classifiers.Count; i++)
        {
            if ((_answered & (1u << i)) == 0) continue;
            var places = classifiers[i].Places;
            for (var head = 0; head < places.Count; head++)
                if (places[head] == place) return OfHead(_works[i].LabelsOf(crop), head);
        }
        return default;
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
