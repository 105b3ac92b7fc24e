using System.Globalization;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>
/// How far a model says of samples what another said. Of detectors it is the F1 over all their detections (<see cref="DetectionAgreement"/>); of
/// classifiers the share of crops whose best class is the same; of readers the share of crops whose whole text is.
/// </summary>
/// <param name="card">The model's.</param>
public sealed class SampleAgreement(ModelCard card)
{
    private readonly List<Answer> _before = [];
    private readonly List<Answer> _after = [];
    private int _crops;
    private int _same;

    /// <summary>Samples that had something to say: where neither finds anything, they do not agree on anything.</summary>
    public int Samples { get; private set; }

    /// <summary>From 0 to 1; not a number before the first sample.</summary>
    public double Share =>
        Samples == 0 ? double.NaN
        : card.IsDetector ? new DetectionAgreement(_before, threshold: 0).ScoreAll(_after) / 100
        : (double)_same / _crops;

    /// <summary>Takes in a sample whose work the other model has answered.</summary>
    public void Add(WorkSample sample)
    {
        switch (sample.Work)
        {
            case DetectWork detect: Add(sample.Found, detect.Found.ToArray()); break;
            case ClassifyWork classify: Add(sample.Labels, classify); break;
        }
    }

    private void Add(IReadOnlyList<Detection> before, Detection[] after)
    {
        if (before.Count == 0 && after.Length == 0) return;
        var picture = Samples++.ToString(CultureInfo.InvariantCulture);
        _before.Add(new Answer(picture, before, []));
        _after.Add(new Answer(picture, after, []));
    }

    private void Add(IReadOnlyList<Classification[]> before, ClassifyWork after)
    {
        Samples++;
        for (var crop = 0; crop < before.Count; crop++)
        {
            _crops++;
            if (IsSame(before[crop], after.LabelsOf(crop))) _same++;
        }
    }

    private bool IsSame(ReadOnlySpan<Classification> before, ReadOnlySpan<Classification> after)
    {
        // All of a reader's labels are one answer: its text.
        var count = card.Kind == ModelKind.Ctc ? Math.Max(before.Length, after.Length) : 1;
        if (before.Length < count || after.Length < count) return before.Length == after.Length;
        for (var i = 0; i < count; i++)
            if (before[i].ClassIndex != after[i].ClassIndex) return false;
        return true;
    }
}
