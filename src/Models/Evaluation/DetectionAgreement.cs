using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>
/// How far a detector finds what the float model finds: F1 over all detections of the sample, 2 x pairs / (the one's + the other's). Each
/// side's detections count from a threshold up; two are a pair where they have one class and an IoU of at least .5, each in one pair
/// at most, the best score's choice first. A picture in which neither finds anything adds nothing, so that empty pictures do not make two
/// models agree; a sample in which neither finds anything at all has no agreement (not a number).
/// </summary>
internal sealed class DetectionAgreement : ITaskMetric
{
    private const float Overlap = 0.5f;

    private readonly Dictionary<string, Detection[]> _model;
    private readonly float _threshold;
    private readonly AnswerCache<Counts[]> _counts;

    /// <summary>Against a float model.</summary>
    /// <param name="model">Its answers. Answers to pictures that it did not answer count for nothing.</param>
    /// <param name="threshold">The score from which a detection counts: the card's.</param>
    public DetectionAgreement(IReadOnlyList<Answer> model, float threshold)
    {
        _threshold = threshold;
        _model = model.ToDictionary(a => a.Picture, Counting);
        _counts = new AnswerCache<Counts[]>(answers => [.. answers.Select(Count)]);
    }

    /// <inheritdoc/>
    public string Name => "agreement";

    /// <inheritdoc/>
    public double Score(IReadOnlyList<Answer> answers, ReadOnlySpan<int> sample)
    {
        var counts = _counts.Of(answers);
        long pairs = 0, detections = 0;
        foreach (var index in sample)
        {
            pairs += counts[index].Pairs;
            detections += counts[index].Detections;
        }
        return detections == 0 ? double.NaN : 200.0 * pairs / detections;
    }

    private Detection[] Counting(Answer answer) => [.. answer.Detections.Where(d => d.Score >= _threshold).OrderByDescending(d => d.Score)];

    private Counts Count(Answer answer)
    {
        if (!_model.TryGetValue(answer.Picture, out var wanted)) return default;
        var given = Counting(answer);
        var taken = new bool[wanted.Length];
        foreach (var detection in given)
        {
            var (best, overlap) = (-1, Overlap);
            for (var i = 0; i < wanted.Length; i++)
            {
                if (taken[i] || wanted[i].ClassIndex != detection.ClassIndex) continue;
                var share = detection.Box.IntersectionOverUnion(wanted[i].Box);
                if (share >= overlap && (best < 0 || share > overlap)) (best, overlap) = (i, share);
            }
            if (best >= 0) taken[best] = true;
        }
        return new Counts(taken.Count(t => t), wanted.Length + given.Length);
    }

    private readonly record struct Counts(int Pairs, int Detections);
}
