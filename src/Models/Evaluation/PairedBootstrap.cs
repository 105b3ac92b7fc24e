namespace ActorPipeline.Evaluation;

/// <summary>Between which bounds a loss lies, in points of 100; not a number where that cannot be told.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
internal readonly record struct LossInterval(double Low, double High);

/// <summary>
/// The 95 % interval of what a model lost against another, by drawing the evaluated pictures anew (with repeats, the same for both) and
/// taking the middle 95 % of the losses. It cannot know of what no picture shows: where both answer alike on all, it has no width.
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>Draws that make the ends steady to about a tenth of the width.</summary>
    public const int Usual = 1000;

    /// <summary>The interval of the first's score minus the second's.</summary>
    /// <param name="metric">How good answers are.</param>
    /// <param name="model">The float model's answers.</param>
    /// <param name="quantised">The quantised model's, to the same pictures in the same order.</param>
    /// <param name="draws">How often the pictures are drawn. Draws that the metric cannot judge do not count.</param>
    /// <param name="seed">The same seed, the same interval.</param>
    /// <exception cref="ArgumentException">They are not answers to the same pictures.</exception>
    public static LossInterval Of(ITaskMetric metric, IReadOnlyList<Answer> model, IReadOnlyList<Answer> quantised, int draws = Usual, int seed = 20_250_601)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        if (!model.Select(a => a.Picture).SequenceEqual(quantised.Select(a => a.Picture))) throw new ArgumentException("The two are not answers to the same pictures.", nameof(quantised));
        var random = new Random(seed);
        var sample = new int[model.Count];
        List<double> losses = new(draws);
        for (var draw = 0; draw < draws; draw++)
        {
            for (var i = 0; i < sample.Length; i++) sample[i] = random.Next(sample.Length);
            var loss = metric.Score(model, sample) - metric.Score(quantised, sample);
            if (!double.IsNaN(loss)) losses.Add(loss);
        }
        if (losses.Count * 2 < draws) return new LossInterval(double.NaN, double.NaN);
        losses.Sort();
        return new LossInterval(At(losses, 0.025), At(losses, 0.975));
    }

    private static double At(List<double> ordered, double share)
    {
        var place = share * (ordered.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, ordered.Count - 1);
        return ordered[below] + ((place - below) * (ordered[above] - ordered[below]));
    }
}
