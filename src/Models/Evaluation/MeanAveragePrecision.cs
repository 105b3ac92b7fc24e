namespace ActorPipeline.Evaluation;

/// <summary>
/// Mean average precision as COCO defines it: for each class and each IoU of .50:.05:.95 the precision at 101 recalls, averaged over the
/// classes that occur in the sample. (COCO detection evaluation, metrics page.)
/// </summary>
internal sealed class MeanAveragePrecision : ITaskMetric
{
    private readonly AnswerCache<ClassMatches[]> _matches;
    private readonly int _ious;

    /// <summary>Over all IoUs.</summary>
    /// <param name="truth">The objects of each picture by its name. Answers to other pictures count for nothing.</param>
    public MeanAveragePrecision(IReadOnlyDictionary<string, IReadOnlyList<TruthBox>> truth)
        : this("mAP .5:.95", BoxMatches.Ious, new AnswerCache<ClassMatches[]>(answers => BoxMatches.Find(truth, answers))) => Ap50 = new MeanAveragePrecision("AP50", 1, _matches);

    private MeanAveragePrecision(string name, int ious, AnswerCache<ClassMatches[]> matches) => (Name, _ious, _matches, Ap50) = (name, ious, matches, this);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The same at IoU .50 alone.</summary>
    public ITaskMetric Ap50 { get; }

    /// <inheritdoc/>
    public double Score(IReadOnlyList<Answer> answers, ReadOnlySpan<int> sample)
    {
        var classes = _matches.Of(answers);
        var times = new int[answers.Count];
        foreach (var index in sample) times[index]++;
        var curve = new PrecisionCurve(classes.Length == 0 ? 0 : classes.Max(c => c.Matches.Length));
        double sum = 0;
        var occurring = 0;
        foreach (var of in classes)
        {
            var wanted = 0;
            for (var i = 0; i < times.Length; i++) wanted += times[i] * of.Wanted[i];
            if (wanted == 0) continue;
            occurring++;
            for (var step = 0; step < _ious; step++) sum += curve.Average(of.Matches, times, wanted, 1 << step);
        }
        return occurring == 0 ? double.NaN : 100 * sum / (occurring * _ious);
    }
}
