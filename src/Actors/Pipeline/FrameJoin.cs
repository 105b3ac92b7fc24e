using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>
/// What the classifiers of one frame have answered so far. It is complete when all have, also where one has failed: until then the
/// others may still read the frame's crops. Pure.
/// </summary>
/// <param name="classifiers">Who is to answer.</param>
/// <param name="places">Classifiers of the pipeline, those that run as one counted singly.</param>
internal sealed class FrameJoin(IReadOnlyList<PipelineClassifier> classifiers, int places)
{
    private readonly HashSet<int> _waiting = [.. Enumerable.Range(0, classifiers.Count)];
    private readonly IReadOnlyList<IReadOnlyList<Classification>>[] _labels = [.. Enumerable.Repeat<IReadOnlyList<IReadOnlyList<Classification>>>([], places)];

    /// <summary>Whether all have answered.</summary>
    public bool IsComplete => _waiting.Count == 0;

    /// <summary>Why the first that failed did; null where none has.</summary>
    public FrameOutcome.Failed? Failure { get; private set; }

    /// <summary>Crops that have labels.</summary>
    public int Crops => _labels.Max(l => l.Count);

    /// <summary>Whether this one has not answered yet.</summary>
    public bool Awaits(int classifier) => _waiting.Contains(classifier);

    /// <summary>A classifier has named the crops; for a merged one each head's labels are its own.</summary>
    public void Answer(int classifier, IReadOnlyList<IReadOnlyList<Classification>> crops)
    {
        if (!_waiting.Remove(classifier)) return;
        var heads = classifiers[classifier].Places;
        for (var head = 0; head < heads.Count; head++)
            _labels[heads[head]] = heads.Count == 1 ? crops : [.. crops.Select(crop => OfHead(crop, head))];
    }

    /// <summary>A classifier has failed.</summary>
    public void Fail(int classifier, FrameOutcome.Failed why)
    {
        if (_waiting.Remove(classifier)) Failure ??= why;
    }

    /// <summary>What a classifier calls a crop, best first; nothing where it has not looked at it.</summary>
    /// <param name="place">The classifier's place in the pipeline.</param>
    /// <param name="crop">The crop.</param>
    public IReadOnlyList<Classification> LabelsOf(int place, int crop) => crop < _labels[place].Count ? _labels[place][crop] : [];

    private static IReadOnlyList<Classification> OfHead(IReadOnlyList<Classification> crop, int head) => [.. crop.Where(label => label.Head == head)];
}
